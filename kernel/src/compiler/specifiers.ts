/** A package as an import names it. */
export interface PackageSpecifier {
  /** What Node and TypeScript know it by: without a scheme and a version, with the path inside. */
  resolvable: string;
  name: string;
  /** The command that installs it. */
  install: string;
}

const PATTERN = /^(?:(npm|jsr):\/?)?((?:@[^/@]+\/)?[^/@]+)(?:@([^/]*))?(\/.*)?$/;

/**
 * Reads the specifier of a package, also one in the style of other runtimes (`npm:name@1.2/path`).
 * The version only matters for the installation.
 *
 * @returns null for what names no package: paths, URLs, modules of Node and `#imports`
 */
export function packageSpecifier(specifier: string): PackageSpecifier | null {
  const [, scheme, name, version, path = ''] = PATTERN.exec(specifier) ?? [];
  if (!name || /^[.#/]|:/.test(name)) return null;
  const wanted = version ? `${name}@${version}` : name;
  return {
    resolvable: name + path,
    name,
    install: scheme === 'jsr' ? `npx jsr add ${wanted}` : `npm install ${wanted}`,
  };
}
