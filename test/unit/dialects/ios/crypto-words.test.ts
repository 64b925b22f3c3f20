import { expect, test } from "vitest";
import { espOf, ikeIntegrity, transformWords } from "../../../../dialects/ios/crypto-words.ts";

test("a word that every object knows is no transform", () => {
  for (const word of ["constructor", "toString", "__proto__", "hasOwnProperty"]) {
    expect(espOf([word])).toBeUndefined();
    expect(espOf(["esp-aes", word])).toBeUndefined();
    expect(ikeIntegrity(word)).toBeUndefined();
  }
});

test("a set is the same both ways", () => {
  const esp = espOf(["esp-aes-256", "esp-sha256-hmac"]);
  expect(esp).toEqual({ encryption: "aes-cbc", keyBits: 256, integrity: "sha256-128" });
  expect(esp && transformWords(esp)).toBe("esp-aes 256 esp-sha256-hmac");
});
