// relu(s) = max(s, 0).
#include "neuron/cut.hpp"

namespace sinew::neuron {

Cut cut_relu(const Rational& height, Reaching reaching) {
    if (reaches(0, height, reaching)) return AlwaysReached{};
    return RationalCut{height, reaching == Reaching::at_least};
}

}  // namespace sinew::neuron
