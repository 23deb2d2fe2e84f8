/* A picture as it is sent: what a phone takes is far larger than anybody looks at. */

const mostSide = 1920;
const kinds = ['image/png', 'image/jpeg', 'image/webp'];

const blobOf = (canvas, type) => new Promise((resolve) => canvas.toBlob(resolve, type, 0.92));

async function drawn(image) {
  const scale = Math.min(1, mostSide / Math.max(image.width, image.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(image.width * scale));
  canvas.height = Math.max(1, Math.round(image.height * scale));
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  // A browser that writes no WebP hands over a PNG, which is larger than a JPEG.
  const blob = await blobOf(canvas, 'image/webp');
  return blob?.type === 'image/webp' ? blob : blobOf(canvas, 'image/jpeg');
}

/* The file itself where it is small enough, or no picture that this browser knows: the server says what is wrong then. */
export async function scaled(file, mostBytes) {
  const image = await window.createImageBitmap(file).catch(() => null);
  if (image === null) return file;
  const isSmall = Math.max(image.width, image.height) <= mostSide && file.size <= mostBytes;
  try {
    return isSmall && kinds.includes(file.type) ? file : ((await drawn(image)) ?? file);
  } finally {
    image.close();
  }
}
