'use strict';

// What comes in, and what goes out: Fastify makes a writer of each.

const id = { type: 'integer' };
const text = { type: 'string' };
const flag = { type: 'boolean' };
const number = { type: 'number' };
const maybe = (type) => ({ type, nullable: true });
const object = (properties) => ({ type: 'object', properties });

const person = object({ id, fullname: text });

const khatma = object({
  id, name: text, description: text, khatma_type: text, division: text,
  status: text, creator: person, participants_count: id, chapters_total: id,
  chapters_completed: id, completion_percentage: number, target_days: id,
  start_date: text, end_date: text, days_remaining: id, is_overdue: flag,
  is_public: flag, is_participant: flag, chapter_assigned: maybe('integer'),
  created_at: text, updated_at: text,
});

const session = object({
  id, user: person, khatma: id, khatma_name: text, chapter_assigned: id,
  is_completed: flag, reading_date: text, created_at: text,
});

exports.constant = { response: { 200: object({ status: text }) } };

exports.profile = { response: { 200: object({
  id, fullname: text, email: text, gender: text, phone: text, bio: text,
  timezone: text, language: text, total_khatmas_completed: id,
  current_streak: id, longest_streak: id, date_joined: text,
}) } };

exports.statistics = { response: { 200: object({
  total_khatmas: id, completed_khatmas: id, total_chapters_read: id,
  current_streak: id, achievements_count: id, completion_rate: number,
  average_daily_chapters: number, longest_streak: id,
  distinct_chapters_read: id, total_participants: id,
}) } };

exports.khatmas = {
  querystring: {
    ...object({
      filter: { const: 'public' },
      page: { type: 'integer', minimum: 1, maximum: 1000000, default: 1 },
    }),
    required: ['filter'],
  },
  response: { 200: object({
    count: id, next: maybe('string'), previous: maybe('string'),
    results: { type: 'array', items: khatma },
  }) },
};

exports.session = {
  params: object({ id: { type: 'integer', minimum: 1 } }),
  body: {
    ...object({
      chapter_assigned: { type: 'integer', minimum: 1 },
      is_completed: { const: true },
    }),
    required: ['chapter_assigned'],
  },
  response: { 200: session, 201: session },
};
