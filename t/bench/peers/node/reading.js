'use strict';

// A chapter is read: one transaction.

const fs = require('node:fs');
const { today, dayName, streakOf, iso } = require('./days');

const ATTEMPTS = 3;
const JUZ = 30;

class Refusal extends Error {
  constructor(status, word) {
    super(word);
    this.status = status;
  }
}

async function recordReading(pool, user, khatma, chapter) {
  const db = await pool.getConnection();
  try {
    for (let attempt = 1;; attempt++) {
      try {
        await db.beginTransaction();
        const answer = await complete(db, user, khatma, chapter);
        await db.commit();
        return answer;
      } catch (error) {
        await db.rollback();
        if (error.code !== 'ER_LOCK_DEADLOCK' || attempt === ATTEMPTS)
          throw error;
      }
    }
  } finally {
    db.release();
  }
}

async function complete(db, user, id, chapter) {
  const [[khatma]] = await db.execute(
    `SELECT id, creator_id, name, division, status, is_public, chapters_total,
      chapters_completed FROM khatmas WHERE id = ? FOR UPDATE`, [id]);
  if (!khatma)
    throw new Refusal(404, 'khatma_not_found');
  const [[found]] = await db.execute(
    `SELECT EXISTS (SELECT 1 FROM memberships
        WHERE khatma_id = ? AND user_id = ?) AS is_member,
      c.state, c.reader_id, s.id AS session, s.created_at
    FROM (SELECT 1) one
    LEFT JOIN chapters c ON c.khatma_id = ? AND c.number = ?
    LEFT JOIN sessions s ON s.khatma_id = c.khatma_id
      AND s.chapter = c.number AND s.user_id = ? AND s.is_completed = FALSE`,
    [id, user.id, id, chapter, user.id]);
  refuseOthers(khatma, found, user);

  const now = new Date().toISOString().slice(0, -1).replace('T', ' ') + '000';
  const day = dayName(today(user.timezone));
  const session = found.session === null ?
    await insertSession(db, khatma, chapter, user, now, day) :
    await finishSession(db, found.session, now, day);
  await db.execute(
    `UPDATE chapters SET state = 'completed', reader_id = ?,
      claimed_at = COALESCE(claimed_at, ?), completed_at = ?,
      completed_day = ?, session_id = ? WHERE khatma_id = ? AND number = ?`,
    [user.id, now, now, day, session, id, chapter]);
  await notifyRead(db, khatma, chapter, user, session, now);
  await followReader(db, user, khatma, session, day, now);
  await db.execute(
    `UPDATE khatmas SET
      chapters_completed = (SELECT COUNT(*) FROM chapters
        WHERE khatma_id = khatmas.id AND state = 'completed'),
      chapters_free = (SELECT COUNT(*) FROM chapters
        WHERE khatma_id = khatmas.id AND state = 'free'),
      updated_at = ? WHERE id = ?`, [now, id]);
  return [found.session === null ? 201 : 200, {
    id: session,
    user,
    khatma: id,
    khatma_name: khatma.name,
    chapter_assigned: chapter,
    is_completed: true,
    reading_date: iso(now),
    created_at: iso(found.created_at ?? now),
  }];
}

// What is no ordinary chapter, the one that completes a khatma among it.
function refuseOthers(khatma, found, user) {
  if (!found.is_member)
    throw new Refusal(403, khatma.is_public ? 'members_only' : 'forbidden');
  if (khatma.status !== 'active')
    throw new Refusal(400, `khatma_${khatma.status}`);
  if (found.state === null)
    throw new Refusal(400, 'validation_error');
  if (found.state === 'completed')
    throw new Refusal(400, 'chapter_completed');
  if (found.state === 'claimed' && found.reader_id !== user.id)
    throw new Refusal(400, 'chapter_taken');
  if (khatma.chapters_completed + 1 === khatma.chapters_total)
    throw new Refusal(400, 'last_chapter');
}

async function insertSession(db, khatma, chapter, user, now, day) {
  const [{ insertId }] = await db.execute(
    `INSERT INTO sessions (khatma_id, division, chapter, user_id, is_completed,
      reading_date, local_day, counts_day, created_at)
    VALUES (?, ?, ?, ?, TRUE, ?, ?, TRUE, ?)`,
    [khatma.id, khatma.division, chapter, user.id, now, day, now]);
  return insertId;
}

async function finishSession(db, session, now, day) {
  await db.execute(
    `UPDATE sessions SET is_completed = TRUE, reading_date = ?, local_day = ?,
      counts_day = TRUE WHERE id = ?`, [now, day, session]);
  return session;
}

async function notifyRead(db, khatma, chapter, user, session, now) {
  const users = [...new Set([user.id, khatma.creator_id])];
  await db.execute(
    `INSERT INTO notifications (user_id, notification_type, once_key,
      khatma_id, actor_id, chapter, session_id, created_at) VALUES ` +
    users.map(() => "(?, 'chapter_completed', ?, ?, ?, ?, ?, ?)").join() +
    ' ON DUPLICATE KEY UPDATE notifications.id = notifications.id',
    users.flatMap((to) => [to,
      `chapter_completed:${khatma.id}:${chapter}:${user.id}`, khatma.id,
      user.id, chapter, session, now]));
}

// What is kept of the reader, and what it earns.
async function followReader(db, { id }, khatma, session, day, now) {
  const [[kept]] = await db.execute(
    `SELECT streak_first_day AS first, streak_last_day AS last,
      longest_streak AS longest, juz_read, (SELECT
        GROUP_CONCAT(achievement_type) FROM achievements
        WHERE user_id = users.id) AS has
    FROM users WHERE id = ? FOR UPDATE`, [id]);
  const known = kept.last !== null && kept.first <= day && day <= kept.last;
  const streak = known ? kept : await deriveStreak(db, id);
  const juz = kept.juz_read < JUZ ? await deriveJuz(db, id) : JUZ;
  await db.execute(
    `UPDATE users SET streak_first_day = ?, streak_last_day = ?,
      longest_streak = ?, juz_read = ?,
      chapters_read = (SELECT COUNT(*) FROM sessions
        WHERE user_id = users.id AND is_completed = TRUE)
    WHERE id = ?`,
    [streak.first, streak.last, streak.longest, juz, id]);
  const earned = Object.entries({
    streak_7: streak.longest >= 7,
    streak_30: streak.longest >= 30,
    chapter_master: juz === JUZ,
    consistent_reader: streak.densest >= 20,
  });
  const has = (kept.has ?? '').split(',');
  for (const [type, holds] of earned)
    if (holds && !has.includes(type))
      await award(db, id, type, khatma, session, now);
}

async function award(db, user, type, khatma, session, now) {
  await db.execute(
    `INSERT INTO achievements (user_id, achievement_type, khatma_id,
      khatma_name, session_id, earned_at) VALUES (?, ?, ?, ?, ?, ?)`,
    [user, type, khatma.id, khatma.name, session, now]);
  await db.execute(
    `INSERT INTO notifications (user_id, notification_type, once_key,
      khatma_id, achievement_type, session_id, created_at)
    VALUES (?, 'achievement_earned', ?, ?, ?, ?, ?)`,
    [user, `achievement_earned:${type}`, khatma.id, type, session, now]);
}

async function deriveStreak(db, user) {
  const [rows] = await db.execute(
    `SELECT DISTINCT local_day FROM sessions WHERE user_id = ?
    AND is_completed = TRUE AND counts_day = TRUE ORDER BY local_day`, [user]);
  return streakOf(rows.map((row) => row.local_day));
}

// For each division the first and last chapter of each juz.
const bounds = (() => {
  const lines = fs.readFileSync(process.env.JUZ_FILE, 'utf8').split('\n');
  const juz = lines.filter((l) => /^\d/.test(l)).map((l) => l.split('\t'));
  const parts = (n) => juz.map((_, i) => [i * n + 1, (i + 1) * n]);
  const columns = (a, b) => juz.map((j) => [Number(j[a]), Number(j[b])]);
  return { juz: parts(1), hizb: parts(2), rub: parts(8),
    surah: columns(1, 3), page: columns(9, 10) };
})();

// How many juz were read: in one division, all chapters that touch it.
async function deriveJuz(db, user) {
  const [rows] = await db.execute(
    `SELECT DISTINCT division, chapter FROM sessions WHERE user_id = ?
    AND is_completed = TRUE`, [user]);
  const read = {};
  for (const { division, chapter } of rows)
    (read[division] ??= new Set()).add(chapter);
  const juz = new Set();
  for (const [division, chapters] of Object.entries(read))
    bounds[division].forEach(([first, last], n) => {
      let i = first;
      while (i <= last && chapters.has(i))
        i++;
      if (i > last)
        juz.add(n);
    });
  return juz.size;
}

module.exports = { recordReading, Refusal };
