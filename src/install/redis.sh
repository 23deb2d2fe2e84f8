# shellcheck shell=bash
# Redis, reached by a socket alone. What it holds can be made again, so it keeps nothing on the disk.

redis_conf=/etc/redis/redis.conf
redis_own=/etc/redis/rawjournal.conf

redis_text() {
  cat <<TEXT
# RawJournal. What is changed here is lost with the next upgrade.
port 0
unixsocket $redis_socket
unixsocketperm 770
maxmemory 256mb
maxmemory-policy noeviction
save ""
appendonly no
TEXT
}

redis_answers() { [ "$(redis-cli -s "$redis_socket" ping 2>/dev/null)" = PONG ]; }
is_redis_done() {
  holds "$redis_own" redis_text && grep -qx "include $redis_own" "$redis_conf" && redis_answers
}

do_redis() {
  put 0640 "$redis_own" redis_text
  chgrp redis "$redis_own"
  # The last word counts, so it stands at the end.
  grep -qx "include $redis_own" "$redis_conf" || printf 'include %s\n' "$redis_own" >>"$redis_conf"
  quietly systemctl enable redis-server
  quietly systemctl restart redis-server
  wait_for 30 redis_answers || fail 30 'Redis does not answer. Look: journalctl -u redis-server'
}
