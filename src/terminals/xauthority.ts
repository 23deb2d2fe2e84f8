/** Any host, any display: the file goes to one display only. */
const anyFamily = 0xffff;
const method = 'MIT-MAGIC-COOKIE-1';

const counted = (bytes: Buffer): Buffer => {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

/** What a display and its programs share, in the form of Xau(3): without it nobody may draw or look. */
export function xauthority(cookie: Buffer): Buffer {
  const family = Buffer.alloc(2);
  family.writeUInt16BE(anyFamily);
  const none = Buffer.alloc(0);
  return Buffer.concat([family, counted(none), counted(none), counted(Buffer.from(method)), counted(cookie)]);
}
