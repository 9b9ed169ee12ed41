# SPDX-License-Identifier: Apache-2.0
"""What networks of every kind have as classifiers."""

from __future__ import annotations

from typing import Any, Optional

from numpy.typing import NDArray


class Classifying:
    """The functions over data sets, as methods of a network."""

    __slots__ = ()

    def predict(self, inputs: Any, **options: Any) -> NDArray[Any]:
        """As sinew.predict(): the classes of examples, by exact evaluation."""
        from ._certify import predict

        return predict(self, inputs, **options)

    def certify(self, inputs: Any, labels: Any = None, epsilon: Any = None, **options: Any) -> Any:
        """As sinew.certify(): is any input within epsilon of an example classified otherwise?"""
        from ._certify import certify

        return certify(self, inputs, labels, epsilon, **options)

    def critical_epsilon(self, example: Any, label: Optional[int] = None, **options: Any) -> Any:
        """As sinew.critical_epsilon(): how near is the nearest input of another class?"""
        from ._certify import critical_epsilon

        return critical_epsilon(self, example, label, **options)

    def explain(self, inputs: Any, **options: Any) -> Any:
        """As sinew.explain(): which features fix the answer?"""
        from ._explain import explain

        return explain(self, inputs, **options)
