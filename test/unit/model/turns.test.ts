import { expect, test } from "vitest";
import { Turns } from "../../../model/turns.ts";

const never = new AbortController().signal;

test("slots go to those who wait, in order; one who left the queue keeps none", async () => {
  const slots = new Turns(1);
  const order: string[] = [];
  const free = await slots.acquire(never);
  const impatient = new AbortController();
  const left = slots.acquire(impatient.signal);
  const second = slots.acquire(never).then((release) => {
    order.push("second");
    release();
  });
  const third = slots.acquire(never).then(() => order.push("third"));
  impatient.abort(new Error("left"));
  await expect(left).rejects.toThrow("left");
  free();
  free();
  await Promise.all([second, third]);
  expect(order).toEqual(["second", "third"]);
  await expect(slots.acquire(AbortSignal.abort(new Error("late")))).rejects.toThrow("late");
});
