// leaky_relu(s) = s if s > 0, else slope·s.
#include "base/error.hpp"
#include "neuron/cut.hpp"

namespace sinew::neuron {

Cut cut_leaky_relu(const Rational& slope, const Rational& height, Reaching reaching) {
    require(slope >= 0, "a neuron constraint's activation is monotone");
    if (slope == 0) return cut_relu(height, reaching);
    return RationalCut{height > 0 ? height : Rational(height / slope), reaching == Reaching::at_least};
}

}  // namespace sinew::neuron
