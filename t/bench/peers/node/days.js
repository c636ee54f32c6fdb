'use strict';

// Days are counted from 1970, as text they are "2026-11-23".

const DAY = 86400000;
const formats = new Map();

function dayNumber(day) {
  return Date.parse(day) / DAY;
}

function dayName(number) {
  return new Date(number * DAY).toISOString().slice(0, 10);
}

// Making a format takes far longer than using it.
function today(zone) {
  if (zone === 'UTC')
    return Math.floor(Date.now() / DAY);
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone });
    formats.set(zone, format);
  }
  return dayNumber(format.format());
}

function currentStreak(user) {
  if (user.streak_last_day === null)
    return 0;
  const last = dayNumber(user.streak_last_day);
  return last < today(user.timezone) - 1 ? 0 :
    last - dayNumber(user.streak_first_day) + 1;
}

// Of days in order: the first and last of the latest run, the length of the
// longest, and the most days within 28.
function streakOf(days) {
  const n = days.map(dayNumber);
  let first = 0, oldest = 0, longest = 0, densest = 0;
  for (let i = 0; i < n.length; i++) {
    if (i > 0 && n[i] !== n[i - 1] + 1)
      first = i;
    while (n[i] - n[oldest] >= 28)
      oldest++;
    longest = Math.max(longest, n[i] - n[first] + 1);
    densest = Math.max(densest, i - oldest + 1);
  }
  return { first: days[first] ?? null, last: days.at(-1) ?? null, longest,
    densest };
}

// In percent with one decimal, half up; 100 only when nothing is open.
function percentage(part, whole) {
  if (whole === 0)
    return 0;
  const tenths = Math.floor((part * 2000 + whole) / (2 * whole));
  return (part < whole ? Math.min(tenths, 999) : tenths) / 10;
}

// "2026-11-23 15:47:53.133038" as the API writes it.
function iso(time) {
  return time.replace(' ', 'T') + (time.length === 19 ? '.000000Z' : 'Z');
}

module.exports = { today, dayNumber, dayName, currentStreak, streakOf,
  percentage, iso };
