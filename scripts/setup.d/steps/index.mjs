/** The steps of set-up in their order: each may use what those before it found. */
import { dockerEngine } from "./docker-engine.mjs";
import { dockerProvider } from "./docker-provider.mjs";
import { machine } from "./machine.mjs";
import { npmPackages } from "./npm-packages.mjs";
import { projectFiles } from "./project-files.mjs";
import { providerAndCli } from "./provider-and-cli.mjs";
import { routerImage } from "./router-image.mjs";
import { terraform } from "./terraform.mjs";

export const steps = [
  machine,
  dockerEngine,
  npmPackages,
  terraform,
  dockerProvider,
  providerAndCli,
  routerImage,
  projectFiles,
];
