# shellcheck shell=bash
# Node.js of its own, whatever else the machine has: in a folder named after the sum of its archive.

node_sum() {
  local list="$root/install/downloads.txt"
  [ -z "$offline" ] || [ ! -e "$offline/downloads.txt" ] || list="$offline/downloads.txt"
  awk '$1 == "node.tar.xz" { print substr($2, 1, 12) }' "$list"
}

is_node_done() {
  [ "$(readlink "$opt/node" 2>/dev/null)" = "node-$(node_sum)" ] && [ -x "$opt/node/bin/node" ]
}

do_node() {
  local folder
  folder="$opt/node-$(node_sum)"
  install -d -m 0755 "$opt"
  if [ ! -x "$folder/bin/node" ]; then
    rm -rf "$folder.new"
    mkdir -m 0755 "$folder.new"
    fetch_listed node.tar.xz "$folder.new/node.tar.xz"
    quietly tar -xJf "$folder.new/node.tar.xz" -C "$folder.new" --strip-components=1 --no-same-owner
    rm "$folder.new/node.tar.xz"
    "$folder.new/bin/node" --version >>"$log" 2>&1 || fail 30 'The Node.js that was fetched does not run here.'
    rm -rf "$folder"
    mv -T "$folder.new" "$folder"
  fi
  point "$(basename "$folder")" "$opt/node"
}
