// Follows a reading without reloading the page. Without it the page reloads itself.
"use strict";

const place = document.getElementById("job");
const bar = document.getElementById("job-bar");
const text = document.getElementById("job-text");
const PAUSE = 1500;
const LONGEST_PAUSE = 15000;

function show(job) {
  const error = job.error ? job.error.code : "";
  if (job.state === "done" || job.state === "failed" || error !== place.dataset.error) {
    location.reload(); // the server has the words: the report, or what went wrong and what happens now
    return false;
  }
  if (job.progress && job.progress.of) {
    bar.max = job.progress.of;
    bar.value = job.progress.step;
  }
  if (job.progress && job.progress.text && job.progress.text !== text.textContent) {
    text.textContent = job.progress.text;
  }
  return true;
}

async function follow(pause) {
  try {
    const answer = await fetch(place.dataset.source, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    if (show(await answer.json())) setTimeout(follow, PAUSE, PAUSE);
  } catch {
    setTimeout(follow, pause, Math.min(pause * 2, LONGEST_PAUSE)); // offline or busy: ask less and less often
  }
}

follow(PAUSE);
