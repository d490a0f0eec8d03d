// Loaded before the entry point (`node --import`), in plain JavaScript that any Node runs: an older one would otherwise
// stop at the first TypeScript file with a message that helps nobody.
const major = Number(process.versions.node.split('.')[0]);
if (major < 26) {
  console.error(
    `Bilim needs Node 26, this is ${process.version}. npm ci installs it: start with npm start, or see "Going live" in README.md.`,
  );
  process.exit(1);
}
