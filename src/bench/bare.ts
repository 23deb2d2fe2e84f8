import fastify from 'fastify';

/** The framework alone, as the anchor: one route, a few bytes. */
const app = fastify();
app.get('/', (_request, reply) => reply.type('text/html').send('<p>hello</p>'));
await app.listen({ host: '127.0.0.1', port: Number(process.env['PORT']) });
process.stdout.write('ready\n');
process.on('SIGTERM', () => void app.close());
