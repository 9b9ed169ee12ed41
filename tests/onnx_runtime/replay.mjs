// SPDX-License-Identifier: Apache-2.0
// Replays points of networks in ONNX Runtime and judges their properties there, with nothing of sinew's in between:
// its own reader of VNN-LIB 1.0, float32 outputs as they come, no tolerance. Where an assertion is about inputs alone its
// numbers are float32, as the inputs are: a side that is one number is otherwise left by any input.
//     node replay.mjs FOLDER_WITH_NODE_MODULES <REQUESTS >ANSWERS
// A request is a line of JSON: {"network": FILE, "property": FILE, "inputs": [number, …]}; files may be gzipped. Its answer is
// {"outputs": [number, …], "broken": [assertion, …]}: the assertions that do not hold, as text; or {"error": TEXT}. Without a
// property none is broken.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { gunzipSync } from 'node:zlib'

const ort = createRequire(process.argv[2] + '/')('onnxruntime-node')

function content(file) {
  const bytes = readFileSync(file)
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes
}

function parse(text) {
  const top = []
  const open = [top]
  for (const [token] of text.replace(/;[^\n]*/g, '').matchAll(/[()]|[^\s()]+/g)) {
    if (token === '(') {
      const list = []
      open.at(-1).push(list)
      open.push(list)
    } else if (token === ')') open.pop()
    else open.at(-1).push(token)
  }
  return top
}

const show = (term) => (Array.isArray(term) ? `(${term.map(show).join(' ')})` : term)

const mentions = (term, letter) => (Array.isArray(term) ? term.some((part) => mentions(part, letter)) : term.startsWith(letter))

function number(term, values, literal) {
  if (!Array.isArray(term)) {
    if (values.has(term)) return values.get(term)
    if (Number.isNaN(Number(term))) throw new Error(`no value of ${term}`)
    return literal(Number(term))
  }
  const [first, ...rest] = term.slice(1).map((part) => number(part, values, literal))
  switch (term[0]) {
    case '+': return rest.reduce((sum, value) => sum + value, first)
    case '-': return rest.length === 0 ? -first : rest.reduce((sum, value) => sum - value, first)
    case '*': return rest.reduce((product, value) => product * value, first)
  }
  throw new Error(`no function ${term[0]}`)
}

function holds(term, values) {
  const parts = term.slice(1)
  const chain = (compare) => {
    const literal = mentions(term, 'Y_') ? (value) => value : Math.fround
    const sides = parts.map((part) => number(part, values, literal))
    return sides.every((side, i) => i === 0 || compare(sides[i - 1], side))
  }
  switch (term[0]) {
    case 'and': return parts.every((part) => holds(part, values))
    case 'or': return parts.some((part) => holds(part, values))
    case 'not': return !holds(parts[0], values)
    case '<=': return chain((a, b) => a <= b)
    case '<': return chain((a, b) => a < b)
    case '>=': return chain((a, b) => a >= b)
    case '>': return chain((a, b) => a > b)
    case '=': return chain((a, b) => a === b)
  }
  throw new Error(`no relation ${term[0]}`)
}

const networks = new Map()
const properties = new Map()
function kept(map, key, make) {
  if (!map.has(key)) map.set(key, make())
  return map.get(key)
}

/** The outputs, one after the other; inputs of several tensors are taken in their order. */
async function run(session, inputs) {
  const feeds = {}
  let next = 0
  for (const { name, shape } of session.inputMetadata) {
    const sizes = shape.map((size) => (typeof size === 'number' && size > 0 ? size : 1))
    const count = sizes.reduce((product, size) => product * size, 1)
    feeds[name] = new ort.Tensor('float32', Float32Array.from(inputs.slice(next, next + count)), sizes)
    next += count
  }
  if (next !== inputs.length) throw new Error(`${inputs.length} numbers for ${next} inputs`)
  const outputs = await session.run(feeds)
  return session.outputNames.flatMap((name) => Array.from(outputs[name].data, Number))
}

async function answer({ network, property, inputs }) {
  const session = await kept(networks, network, () => ort.InferenceSession.create(content(network), { logSeverityLevel: 4 }))
  const outputs = await run(session, inputs)
  const values = new Map()
  inputs.forEach((value, i) => values.set(`X_${i}`, value))
  outputs.forEach((value, i) => values.set(`Y_${i}`, value))
  const script = property ? kept(properties, property, () => parse(content(property).toString())) : []
  const broken = script.filter(([command, term]) => command === 'assert' && !holds(term, values))
  return { outputs, broken: broken.map(show) }
}

for await (const line of createInterface({ input: process.stdin })) {
  let result
  try {
    result = await answer(JSON.parse(line))
  } catch (error) {
    result = { error: String(error.message ?? error) }
  }
  process.stdout.write(JSON.stringify(result) + '\n')
}
