// sigmoid(s) = 1/(1 + exp(-s)) (logsig). It reaches h in (0, 1) above log(h/(1 - h)).
#include "neuron/cut.hpp"

namespace sinew::neuron {

Cut cut_sigmoid(const Rational& height, Reaching reaching) {
    if (height >= 1) return NeverReached{};
    if (height <= 0) return AlwaysReached{};
    if (height == Rational(1, 2)) return RationalCut{0, reaching == Reaching::at_least};
    return TranscendentalCut{InverseKind::logit, height};
}

}  // namespace sinew::neuron
