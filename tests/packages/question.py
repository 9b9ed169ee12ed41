# SPDX-License-Identifier: Apache-2.0
"""python3-sinew, as README.md and docs/python.md use it."""
import sinew

question = sinew.read("inputs/dnn/overlap.dnn")
verdict = question.verify()
assert str(verdict.witness) == "{'x': Values([-2, 2]), 'y': Values([1/10, -1/10])}", verdict.witness
print(sinew.__version__, verdict.witness)
