// sign(s) = -1 if s < 0, else 1 (hardlims).
#include "neuron/cut.hpp"

namespace sinew::neuron {

Cut cut_sign(const Rational& height, Reaching reaching) {
    if (reaches(-1, height, reaching)) return AlwaysReached{};
    if (reaches(1, height, reaching)) return RationalCut{0, true};
    return NeverReached{};
}

}  // namespace sinew::neuron
