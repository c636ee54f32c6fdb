'use strict';

const cluster = require('node:cluster');
const fs = require('node:fs');
const fastify = require('fastify');
const mysql = require('mysql2/promise');
const { authenticator } = require('./token');
const { today, dayNumber, dayName, currentStreak, percentage, iso } =
  require('./days');
const { recordReading, Refusal } = require('./reading');
const schema = require('./schema');

const PAGE_SIZE = 20;
// A list is counted so far from its page on.
const COUNT_MORE = 1000;

function connect(env) {
  const pool = mysql.createPool({
    socketPath: env.DB_SOCKET,
    user: env.DB_USER,
    password: env.DB_PASSWORD,
    database: env.DB_NAME,
    connectionLimit: 8,
    dateStrings: true,
  });
  pool.on('connection', (c) =>
    c.query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED'));
  return pool;
}

function profile(user, request) {
  const header = request.headers['accept-language'] ?? '';
  return {
    ...user,
    language: user.language ?? (header.startsWith('ar') ? 'ar' : 'en'),
    total_khatmas_completed: user.khatmas_completed,
    current_streak: currentStreak(user),
    date_joined: iso(user.date_joined),
  };
}

async function statistics(pool, user) {
  const now = today(user.timezone);
  const [[s]] = await pool.execute(
    `SELECT (SELECT COUNT(*) FROM memberships WHERE user_id = ?) AS total,
      (SELECT COUNT(*) FROM memberships m
        JOIN khatmas k ON k.id = m.khatma_id AND k.status = 'completed'
        WHERE m.user_id = ? AND EXISTS (SELECT 1 FROM chapters c
          WHERE c.reader_id = m.user_id AND c.state = 'completed'
          AND c.khatma_id = k.id)) AS completed,
      (SELECT COUNT(*) FROM sessions WHERE user_id = ?
        AND is_completed = TRUE AND counts_day IN (FALSE, TRUE)
        AND local_day BETWEEN ? AND ?) AS month,
      (SELECT COUNT(*) FROM achievements WHERE user_id = ?) AS awards,
      (SELECT CAST(COALESCE(SUM(participants_count), 0) AS SIGNED)
        FROM khatmas WHERE creator_id = ?) AS participants`,
    [user.id, user.id, user.id, dayName(now - 29), dayName(now), user.id,
      user.id]);
  return {
    total_khatmas: s.total,
    completed_khatmas: s.completed,
    total_chapters_read: user.chapters_read,
    current_streak: currentStreak(user),
    achievements_count: s.awards,
    completion_rate: percentage(s.completed, s.total),
    average_daily_chapters: Math.floor((s.month * 20 + 30) / 60) / 10,
    longest_streak: user.longest_streak,
    distinct_chapters_read: user.juz_read,
    total_participants: s.participants,
  };
}

function khatma(k, now) {
  const end = dayNumber(k.start_date) + k.target_days;
  const done = k.status === 'completed';
  return {
    ...k,
    creator: { id: k.creator_id, fullname: k.creator_name },
    completion_percentage: percentage(k.chapters_completed, k.chapters_total),
    end_date: dayName(end),
    days_remaining: done || end < now ? 0 : end - now,
    is_overdue: !done && end < now,
    created_at: iso(k.created_at),
    updated_at: iso(k.updated_at),
  };
}

async function publicKhatmas(pool, request) {
  const { page } = request.query;
  const address = (n) =>
    `http://${request.headers.host}/node/khatmas/?page=${n}&filter=public`;
  const offset = (page - 1) * PAGE_SIZE;
  const [rows] = await pool.execute(
    `SELECT k.id, k.name, k.description, k.khatma_type, k.division, k.status,
      k.creator_id, c.fullname AS creator_name, k.participants_count,
      k.chapters_total, k.chapters_completed, k.target_days, k.start_date,
      k.is_public, k.created_at, k.updated_at,
      m.user_id IS NOT NULL AS is_participant,
      (SELECT MIN(o.number) FROM chapters o WHERE o.reader_id = m.user_id
        AND o.state = 'claimed' AND o.khatma_id = k.id) AS chapter_assigned,
      (SELECT COUNT(*) FROM (SELECT 1 FROM khatmas
        WHERE is_public = TRUE LIMIT ?) n) AS count
    FROM (SELECT id, created_at FROM khatmas
      FORCE INDEX (khatmas_public_created) WHERE is_public = TRUE
      ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?) i
    STRAIGHT_JOIN khatmas k ON k.id = i.id
    STRAIGHT_JOIN users c ON c.id = k.creator_id
    LEFT JOIN memberships m ON m.khatma_id = k.id AND m.user_id = ?
    ORDER BY i.created_at DESC, i.id DESC`,
    [offset + COUNT_MORE, PAGE_SIZE, offset, request.user.id]);
  if (page > 1 && rows.length === 0)
    throw new Refusal(404, 'page_not_found');
  const count = rows[0]?.count ?? 0;
  const now = today(request.user.timezone);
  return {
    count,
    next: page * PAGE_SIZE < count ? address(page + 1) : null,
    previous: page > 1 ? address(page - 1) : null,
    results: rows.map((k) => khatma(k, now)),
  };
}

async function routes(app, { pool }) {
  app.get('/constant', { schema: schema.constant },
    async () => ({ status: 'ok' }));
  app.register(async (signedIn) => {
    signedIn.decorateRequest('user', null);
    signedIn.addHook('onRequest', authenticator(pool, process.env.JWT_KEY));
    signedIn.get('/user/me/', { schema: schema.profile },
      async (request) => profile(request.user, request));
    signedIn.get('/stats/user/', { schema: schema.statistics },
      async (request) => statistics(pool, request.user));
    signedIn.get('/khatmas/', { schema: schema.khatmas },
      async (request) => publicKhatmas(pool, request));
    signedIn.post('/khatmas/:id/sessions/', { schema: schema.session },
      async (request, reply) => {
        const [status, session] = await recordReading(pool, request.user,
          request.params.id, request.body.chapter_assigned);
        return reply.code(status).send(session);
      });
  });
}

function serve() {
  const app = fastify({ logger: false });
  app.setErrorHandler((error, request, reply) => {
    const status = error instanceof Refusal ? error.status :
      error.validation ? 400 : 500;
    if (status === 500)
      console.error(error);
    reply.code(status).send({ status, code: status === 500 ?
      'internal_error' : error.validation ? 'validation_error' :
      error.message });
  });
  app.addHook('onSend', async (request, reply) => {
    reply.header('cache-control', 'no-store');
  });
  app.register(routes, { prefix: '/node', pool: connect(process.env) });
  app.listen({ path: process.env.SOCKET });
}

function supervise() {
  fs.rmSync(process.env.SOCKET, { force: true });
  for (let i = 0; i < 2; i++)
    cluster.fork();
  cluster.on('exit', (worker) => {
    if (!worker.exitedAfterDisconnect)
      cluster.fork();
  });
  process.on('SIGTERM', () => {
    for (const worker of Object.values(cluster.workers))
      worker.kill();
    process.exit(0);
  });
}

if (cluster.isPrimary)
  supervise();
else
  serve();
