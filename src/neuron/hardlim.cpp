// hardlim(s) = 0 if s < 0, else 1.
#include "neuron/cut.hpp"

namespace sinew::neuron {

Cut cut_hardlim(const Rational& height, Reaching reaching) {
    if (reaches(0, height, reaching)) return AlwaysReached{};
    if (reaches(1, height, reaching)) return RationalCut{0, true};
    return NeverReached{};
}

}  // namespace sinew::neuron
