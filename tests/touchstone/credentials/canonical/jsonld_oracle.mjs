// SPDX-License-Identifier: Apache-2.0
// Canonicalises JSON-LD by npm's jsonld and rdf-canonize. Reads lines of JSON: first {url: context, …}, then documents;
// writes a line of JSON for each document: its canonical N-Quads, or {"error": …}.
import {createInterface} from 'node:readline';
import {createRequire} from 'node:module';

const require = createRequire(process.argv[2] + '/');
const jsonld = require('jsonld');
const rdfCanonize = require('rdf-canonize');

let contexts = null;
const documentLoader = async url => {
  if(!(url in contexts)) {
    throw new Error(`unknown context ${url}`);
  }
  return {contextUrl: null, documentUrl: url, document: contexts[url]};
};

for await (const line of createInterface({input: process.stdin})) {
  if(contexts === null) {
    contexts = JSON.parse(line);
    continue;
  }
  let told;
  try {
    const options = {base: null, documentLoader, rdfDirection: 'i18n-datatype', produceGeneralizedRdf: false};
    const dataset = await jsonld.toRDF(JSON.parse(line), options);
    told = await rdfCanonize.canonize(dataset, {algorithm: 'RDFC-1.0', format: 'application/n-quads', maxWorkFactor: 3});
  } catch(error) {
    told = {error: String(error.message ?? error)};
  }
  process.stdout.write(JSON.stringify(told) + '\n');
}
