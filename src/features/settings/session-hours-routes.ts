import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { sessionWindows, setSessionWindows } from '../../data/session-windows.js';
import { exchangeWindows, places, usualWindows, type Place, type Windows } from '../../domain/sessions.js';
import { sayNext } from '../../web/flash.js';
import { readForm, timeZoneField, timeZones, type Typed } from '../../web/form.js';
import { visitorOf, type Kit } from '../../web/kit.js';

const names: Readonly<Record<Place, { name: string; makes: string }>> = {
  london: { name: 'London', makes: 'the London session; while New York trades too, the overlap' },
  newYork: { name: 'New York', makes: 'the New York session' },
  tokyo: { name: 'Tokyo', makes: 'the Asian session, while neither of these trades' },
  sydney: { name: 'Sydney', makes: 'the Asian session as well' },
};

const presets: ReadonlyMap<unknown, Windows> = new Map([
  ['usual', usualWindows],
  ['exchange', exchangeWindows],
]);

const clockText = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

const clockField = z
  .string({ error: 'Please fill this in.' })
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'A time such as 08:00.' })
  .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));

type Part = 'Zone' | 'From' | 'To';
const fieldOf = <P extends Part>(place: Place, part: P): `${Place}${P}` => `${place}${part}`;

const form = z
  .object({
    ...{ londonZone: timeZoneField, londonFrom: clockField, londonTo: clockField },
    ...{ newYorkZone: timeZoneField, newYorkFrom: clockField, newYorkTo: clockField },
    ...{ tokyoZone: timeZoneField, tokyoFrom: clockField, tokyoTo: clockField },
    ...{ sydneyZone: timeZoneField, sydneyFrom: clockField, sydneyTo: clockField },
  })
  .superRefine((values, context) => {
    for (const place of places)
      if (values[fieldOf(place, 'From')] === values[fieldOf(place, 'To')])
        context.addIssue({
          ...{ code: 'custom', path: [fieldOf(place, 'To')] },
          message: 'It has to close at another time than it opens.',
        });
  });

const windowIn = (values: z.infer<typeof form>, place: Place) => ({
  zone: values[fieldOf(place, 'Zone')],
  fromMinute: values[fieldOf(place, 'From')],
  toMinute: values[fieldOf(place, 'To')],
});

const typedOf = (windows: Windows): Typed =>
  Object.fromEntries(
    places.flatMap((place) => {
      const { zone, fromMinute, toMinute } = windows[place];
      return [
        [fieldOf(place, 'Zone'), zone],
        [fieldOf(place, 'From'), clockText(fromMinute)],
        [fieldOf(place, 'To'), clockText(toMinute)],
      ];
    }),
  );

interface Shown {
  typed: Typed;
  errors: Readonly<Record<string, string>>;
}

const viewOf = ({ typed, errors }: Shown) => ({
  tab: 'sessions',
  zones: timeZones.map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') })),
  rows: places.map((place) => ({
    ...names[place],
    fields: (['Zone', 'From', 'To'] as const).map((part) => {
      const name = fieldOf(place, part);
      return { name, value: typed[name] ?? '', error: errors[name] };
    }),
  })),
});

/** When London, New York, Tokyo and Sydney trade, by which trades are told to be of a session. */
export function sessionHoursRoutes(app: FastifyInstance, { db, page, cookies }: Kit): void {
  const config = { access: 'user' } as const;
  const show = (request: FastifyRequest, reply: FastifyReply, shown: Shown, status: 200 | 422) =>
    page(
      request,
      reply,
      { view: 'settings/session-hours', title: 'Sessions', section: 'settings', status },
      viewOf(shown),
    );

  app.get<{ Querystring: Record<string, unknown> }>(
    '/settings/sessions',
    { config },
    async (request, reply) => {
      const { userId } = visitorOf(request);
      const preset = presets.get(request.query['preset']);
      const windows = preset ?? (await db.withTenant('app', userId, (tx) => sessionWindows(tx, userId)));
      return show(request, reply, { typed: typedOf(windows), errors: {} }, 200);
    },
  );

  app.post('/settings/sessions', { config }, async (request, reply) => {
    const { userId } = visitorOf(request);
    const read = readForm(form, request.body);
    if (!read.ok) return show(request, reply, read, 422);
    const of = (place: Place) => windowIn(read.values, place);
    const windows: Windows = {
      ...{ london: of('london'), newYork: of('newYork'), tokyo: of('tokyo'), sydney: of('sydney') },
    };
    await db.withTenant('app', userId, (tx) => setSessionWindows(tx, userId, windows));
    return sayNext(reply, cookies, 'sessions-saved').redirect('/settings/sessions', 303);
  });
}
