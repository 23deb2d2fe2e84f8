import pLimit from 'p-limit';
import { z } from 'zod';
import { Fault } from '../lib/fault.js';
import { kindOf } from '../pictures/kind.js';
import { fullSide, refusals, type Encoded, type PictureEncoder } from '../pictures/picture.js';
import { childCommand, inDist, type Command, type Surroundings } from './child-wall.js';
import { startChild, watch, type ChildLimits } from './workers-child.js';

const megabyte = 1024 * 1024;

/** The most that is taken for a picture of 40 million pixels was 290 MB. */
const standardLimits: ChildLimits = { timeMs: 20_000, bytes: 400 * megabyte };
/** Beyond this the system itself gives it nothing more, however fast it grows between two looks. */
const mostDataKb = 512 * 1024;
/** ten times what the noisiest picture comes to */
const mostAnswerBytes = 16 * megabyte;
const mostLineBytes = 200;

const faults = {
  kind: ['picture_unknown', 'This is no PNG, JPEG or WebP picture. Save it as one of these, and send that.'],
  pixels: ['picture_too_large', 'This picture has more than 40 million pixels. Make it smaller first.'],
  broken: ['picture_damaged', 'This picture is damaged or cut off. Save it once more, and send that.'],
  time: ['picture_too_slow', 'This picture takes too long to read. Save it as a PNG or JPEG, and send that.'],
  memory: ['picture_too_large', 'This picture takes too much memory to read. Make it smaller first.'],
} as const;

const fault = (why: keyof typeof faults, cause?: unknown): Fault =>
  new Fault(422, faults[why][0], faults[why][1], { cause });

const side = z.number().int().min(1).max(fullSide);
const size = z.number().int().min(1).max(mostAnswerBytes);
const answerLine = z.union([
  z.strictObject({ refused: z.enum(refusals) }),
  z.strictObject({ width: side, height: side, full: size, thumbnail: size }),
]);

/** Reads what a child has said; nothing of it is believed. Throws a Fault 422. */
function encodedIn(answer: Buffer): Encoded {
  const end = answer.subarray(0, mostLineBytes).indexOf('\n');
  const said = answerLine.parse(JSON.parse(answer.toString('utf8', 0, Math.max(0, end))));
  if ('refused' in said) throw fault(said.refused);
  const { width, height } = said;
  const [from, between] = [end + 1, end + 1 + said.full];
  const [full, thumbnail] = [answer.subarray(from, between), answer.subarray(between)];
  if (thumbnail.length !== said.thumbnail)
    throw new Error('The picture is not as long as it was said to be.');
  if (kindOf(full) !== 'webp' || kindOf(thumbnail) !== 'webp') throw new Error('The picture is no WebP.');
  return { width, height, full, thumbnail };
}

const limited = ({ program, args }: Command): Command => ({
  program: '/bin/sh',
  args: ['-c', `ulimit -d ${mostDataKb} && ulimit -c 0 && exec "$@"`, 'sh', program, ...args],
});

const encoderCommand = (surroundings: Surroundings): Command =>
  limited(
    childCommand(surroundings, {
      script: surroundings.script ?? inDist('pictures/child.js'),
      args: [],
      // The reader of pictures is no JavaScript; what holds it are the wall and the limits.
      flags: ['--allow-addons', '--max-old-space-size=64', '--max-semi-space-size=4'],
    }),
  );

async function gathered(output: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of output) {
    bytes += chunk.length;
    if (bytes > mostAnswerBytes) throw fault('broken', new Error('The encoder says too much.'));
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function encode(fd: number, surroundings: Surroundings, limits: ChildLimits): Promise<Encoded> {
  const { child, exited, output, words } = startChild(encoderCommand(surroundings), fd);
  const state: { killed: Fault | null } = { killed: null };
  const guard = watch(child.pid ?? 0, limits, (why) => {
    state.killed ??= fault(why);
    child.kill('SIGKILL');
  });
  try {
    const answer = await gathered(output);
    const end = await exited;
    if (state.killed !== null) throw state.killed;
    return encodedIn(answer.length > 0 ? answer : Buffer.from(`The encoder ${end}: ${words()}`));
  } catch (error) {
    throw error instanceof Fault ? error : fault('broken', new Error(words(), { cause: error }));
  } finally {
    guard.end();
    child.kill('SIGKILL');
    await exited;
  }
}

export function createPictureEncoder(surroundings: Surroundings, limits = standardLimits): PictureEncoder {
  const turns = pLimit(1);
  return { encode: (fd) => turns(() => encode(fd, surroundings, limits)) };
}
