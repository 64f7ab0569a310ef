import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

export type Ticket = components["schemas"]["Ticket"];
export type User = components["schemas"]["User"];
export type Problem = components["schemas"]["Problem"];

/** A client of the server under test; key goes into Authorization. */
export function client(key?: string) {
  return createClient<paths>({
    baseUrl: setting("TICKETD_URL"),
    headers: key === undefined ? {} : { Authorization: `Bearer ${key}` },
  });
}

export function setting(name: string): string {
  const value = process.env[name];
  assert.ok(value, `${name} is missing: node run.mjs sets it`);
  return value;
}

type Result<T> =
  | { data: T; error?: never; response: Response }
  | { data?: never; error: Problem; response: Response };

/** The body of an answer that must have this status. */
export function expectData<T>(res: Result<T>, status: number): T {
  assert.equal(res.response.status, status, JSON.stringify(res.error));
  assert.equal(res.error, undefined);
  assert.match(res.response.headers.get("X-Request-Id") ?? "", /^[A-Za-z0-9._-]{1,128}$/);
  return res.data as T; // an answer without an error has data, if only undefined (204)
}

/** The problem of an answer that must have this status. */
export function expectProblem(res: Result<unknown>, status: number): Problem {
  assert.equal(res.response.status, status, JSON.stringify(res.data));
  assert.equal(res.response.headers.get("Content-Type"), "application/problem+json");
  const problem = res.error;
  assert.ok(problem);
  assert.equal(problem.status, status);
  assert.equal(problem.request_id, res.response.headers.get("X-Request-Id"));
  return problem;
}
