# SPDX-License-Identifier: Apache-2.0
"""sinew: exact answers about neural networks.

Is there an input for which a condition on a network's inputs and outputs holds? "sat" with an exact witness, or "unsat":

>>> import sinew
>>> net = sinew.Network.from_layers([([[1, -1], [1, 1]], [0, 0], "relu"), ([["0.5", "-0.2"]], ["0.1"])])
>>> x, y = net.inputs, net.outputs
>>> verdict = net.verify((x[0] < 0) & (x[1] > 1) & (y[0] > 0.5))
>>> verdict.status
'unsat'

docs/python.md tells the rest.
"""

from ._arrays import ConditionArray, ExpressionArray, all_of, any_of, ball
from ._binarized import BinarizedNetwork, Evaluation, Trained, evaluate, train
from ._certify import (Adversarial, AtEpsilon, Certificate, Certificates, CriticalEpsilon, Share, certify,
                       critical_epsilon, load_classifier, predict)
from ._core import Condition, ContractBreach, Expression, InputError, OutputError, UsageError
from ._core import version as __version__
from ._estimator import BinarizedClassifier
from ._explain import ExplainStep, Explanation, Kept, explain
from ._model import Model
from ._networks import Activation, Layer, LayerBounds, Network, from_dict, from_torch, read, read_network, read_onnx
from ._questions import (Question, Verdict, boolean, integer, integers, maximize, minimize, optimize, real, reals, solve,
                         verify)
from ._values import Values

__all__ = [
    "Activation", "Adversarial", "AtEpsilon", "BinarizedClassifier", "BinarizedNetwork", "Certificate", "Certificates", "Condition",
    "ConditionArray", "ContractBreach", "CriticalEpsilon", "Evaluation", "ExplainStep", "Explanation", "Expression", "ExpressionArray", "InputError", "Kept",
    "Layer", "LayerBounds", "Model", "Network", "OutputError", "Question", "Share", "Trained", "UsageError", "Values",
    "Verdict", "__version__", "all_of", "any_of", "ball", "boolean", "bounds", "certify", "critical_epsilon", "evaluate", "explain",
    "from_dict", "from_torch", "integer", "integers", "load_classifier", "maximize", "minimize", "optimize", "predict", "read",
    "read_network", "read_onnx", "real", "reals", "solve", "train", "verify",
]


def bounds(network: Network, lower: object, upper: object) -> "list[LayerBounds]":
    """Rigorous bounds of all components of a network where its inputs are between lower and upper."""
    return network.bounds(lower, upper)
