// purelin(s) = s.
#include "neuron/cut.hpp"

namespace sinew::neuron {

Cut cut_purelin(const Rational& height, Reaching reaching) {
    return RationalCut{height, reaching == Reaching::at_least};
}

}  // namespace sinew::neuron
