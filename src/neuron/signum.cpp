// signum(s) = -1, 0 or 1 as s < 0, s = 0 or s > 0 (ONNX Sign).
#include "neuron/cut.hpp"

namespace sinew::neuron {

Cut cut_signum(const Rational& height, Reaching reaching) {
    if (reaches(-1, height, reaching)) return AlwaysReached{};
    if (reaches(0, height, reaching)) return RationalCut{0, true};
    if (reaches(1, height, reaching)) return RationalCut{0, false};
    return NeverReached{};
}

}  // namespace sinew::neuron
