import { defineConfig } from "vitest/config";

// One group of tests after the other: what packets and routers need must not wait for a compiler.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          sequence: { groupOrder: 0 },
          include: ["test/unit/**/*.test.ts", "test/fuzz/ios.test.ts", "test/*.test.ts"],
          testTimeout: 20_000,
        },
      },
      {
        // The real terraform binary, with providers built for the test; no containers.
        test: {
          name: "terraform",
          sequence: { groupOrder: 1 },
          include: ["test/terraform/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        // Real containers, routers and packets. One file at a time: two cores, and the labs share the Docker engine.
        test: {
          name: "live",
          include: ["test/live/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          sequence: { concurrent: false, groupOrder: 2 },
        },
      },
      {
        // A long lane of its own: scripts/test --lane matrix.
        test: {
          name: "matrix",
          include: ["test/matrix/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
      {
        // A long lane of its own: scripts/test --lane survival.
        test: {
          name: "survival",
          include: ["test/survival/**/*.test.ts"],
          testTimeout: 600_000,
          hookTimeout: 900_000,
          fileParallelism: false,
          sequence: { concurrent: false, groupOrder: 4 },
        },
      },
      {
        // A long lane of its own: scripts/test --lane soak.
        test: {
          name: "soak",
          include: ["test/soak/**/*.test.ts"],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
          sequence: { concurrent: false, groupOrder: 13 },
        },
      },
      {
        // A long lane of its own: scripts/test --lane demos.
        test: {
          name: "demos",
          include: ["test/demos/**/*.test.ts"],
          testTimeout: 900_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          sequence: { concurrent: false, groupOrder: 6 },
        },
      },
      {
        // A long lane of its own: scripts/test --lane fuzz; the default lane has 20,000 of each.
        test: {
          name: "fuzz",
          include: ["test/fuzz/**/*.test.ts"],
          testTimeout: 3_600_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 7 },
        },
      },
      {
        // A lane of its own, because it installs them: scripts/test --lane emulators.
        test: {
          name: "emulators",
          include: ["test/emulators/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 600_000,
          fileParallelism: false,
          sequence: { groupOrder: 8 },
        },
      },
      {
        // A lane of its own, because it installs the package as its users do: scripts/test --lane package.
        test: {
          name: "package",
          include: ["test/package/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 600_000,
          fileParallelism: false,
          sequence: { concurrent: false, groupOrder: 13 },
        },
      },
      {
        // A lane of its own, because it installs cdktn: scripts/test --lane cdktn.
        test: {
          name: "cdktn",
          include: ["test/cdktn/**/*.test.ts"],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          sequence: { concurrent: false, groupOrder: 14 },
        },
      },
      {
        // What docs/testing.md shows; test/live/test-kit.test.ts runs it.
        test: { name: "examples", include: ["examples/testing/**/*.test.ts"], sequence: { groupOrder: 12 } },
      },
      {
        // Of labs of one's own, as `tunnelwright new` writes them.
        test: { name: "labs", include: ["test/labs/**/*.test.ts"], sequence: { groupOrder: 13 } },
      },
      {
        // A lane of its own, because it installs Chromium: scripts/test --lane browser.
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 11 },
        },
      },
      {
        // A long lane of its own: scripts/test --lane failover.
        test: {
          name: "failover",
          include: ["test/failover/**/*.test.ts"],
          testTimeout: 3_600_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          sequence: { concurrent: false, groupOrder: 9 },
        },
      },
      {
        // A long lane of its own: scripts/test --lane scale.
        test: {
          name: "scale",
          include: ["test/scale/**/*.test.ts"],
          testTimeout: 2_400_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          sequence: { concurrent: false, groupOrder: 13 },
        },
      },
      {
        // A long lane of its own, with engines of its own: scripts/test --lane swarm.
        test: {
          name: "swarm",
          include: ["test/swarm/**/*.test.ts"],
          testTimeout: 600_000,
          hookTimeout: 600_000,
          fileParallelism: false,
          sequence: { concurrent: false, groupOrder: 15 },
        },
      },
      {
        // A lane of its own, because it installs them: scripts/test --lane oracles.
        test: {
          name: "oracles",
          include: ["test/oracles/**/*.test.ts"],
          testTimeout: 120_000,
          sequence: { groupOrder: 5 },
        },
      },
    ],
  },
});
