// clip(s) = min(max(s, lower), upper): satlin is clip(0, 1), satlins clip(-1, 1).
#include "neuron/cut.hpp"

namespace sinew::neuron {

Cut cut_clip(const std::optional<Rational>& lower, const std::optional<Rational>& upper, const Rational& height,
             Reaching reaching) {
    if (upper && !reaches(*upper, height, reaching)) return NeverReached{};
    if (lower && (reaches(*lower, height, reaching) || (upper && *lower >= *upper))) return AlwaysReached{};
    return RationalCut{height, reaching == Reaching::at_least};
}

}  // namespace sinew::neuron
