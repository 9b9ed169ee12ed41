// tansig(s) = 2/(1 + exp(-2s)) - 1 = tanh(s). It reaches h in (-1, 1) above atanh(h).
#include "neuron/cut.hpp"

namespace sinew::neuron {

Cut cut_tansig(const Rational& height, Reaching reaching) {
    if (height >= 1) return NeverReached{};
    if (height <= -1) return AlwaysReached{};
    if (height == 0) return RationalCut{0, reaching == Reaching::at_least};
    return TranscendentalCut{InverseKind::atanh, height};
}

}  // namespace sinew::neuron
