// SPDX-License-Identifier: Apache-2.0
#include "neuron/cut.hpp"

#include "base/error.hpp"

namespace sinew::neuron {

namespace {
/// hardlim(s) = 0 if s < 0, else 1.
Cut cut_hardlim(const Rational& height, Reaching reaching) {
    if (reaches(0, height, reaching)) return AlwaysReached{};
    if (reaches(1, height, reaching)) return RationalCut{0, true};
    return NeverReached{};
}

/// sign(s) = -1 if s < 0, else 1 (hardlims).
Cut cut_sign(const Rational& height, Reaching reaching) {
    if (reaches(-1, height, reaching)) return AlwaysReached{};
    if (reaches(1, height, reaching)) return RationalCut{0, true};
    return NeverReached{};
}

/// signum(s) = -1, 0 or 1 as s < 0, s = 0 or s > 0 (ONNX Sign).
Cut cut_signum(const Rational& height, Reaching reaching) {
    if (reaches(-1, height, reaching)) return AlwaysReached{};
    if (reaches(0, height, reaching)) return RationalCut{0, true};
    if (reaches(1, height, reaching)) return RationalCut{0, false};
    return NeverReached{};
}

/// purelin(s) = s.
Cut cut_purelin(const Rational& height, Reaching reaching) {
    return RationalCut{height, reaching == Reaching::at_least};
}

/// relu(s) = max(s, 0).
Cut cut_relu(const Rational& height, Reaching reaching) {
    if (reaches(0, height, reaching)) return AlwaysReached{};
    return RationalCut{height, reaching == Reaching::at_least};
}

/// leaky_relu(s) = s if s > 0, else slope·s.
Cut cut_leaky_relu(const Rational& slope, const Rational& height, Reaching reaching) {
    require(slope >= 0, "a neuron constraint's activation is monotone");
    if (slope == 0) return cut_relu(height, reaching);
    return RationalCut{height > 0 ? height : Rational(height / slope), reaching == Reaching::at_least};
}

/// clip(s) = min(max(s, lower), upper): satlin is clip(0, 1), satlins clip(-1, 1).
Cut cut_clip(const std::optional<Rational>& lower, const std::optional<Rational>& upper, const Rational& height,
             Reaching reaching) {
    if (upper && !reaches(*upper, height, reaching)) return NeverReached{};
    if (lower && (reaches(*lower, height, reaching) || (upper && *lower >= *upper))) return AlwaysReached{};
    return RationalCut{height, reaching == Reaching::at_least};
}

/// tansig(s) = 2/(1 + exp(-2s)) - 1 = tanh(s). It reaches h in (-1, 1) above atanh(h).
Cut cut_tansig(const Rational& height, Reaching reaching) {
    if (height >= 1) return NeverReached{};
    if (height <= -1) return AlwaysReached{};
    if (height == 0) return RationalCut{0, reaching == Reaching::at_least};
    return TranscendentalCut{InverseKind::atanh, height};
}

/// sigmoid(s) = 1/(1 + exp(-s)) (logsig). It reaches h in (0, 1) above log(h/(1 - h)).
Cut cut_sigmoid(const Rational& height, Reaching reaching) {
    if (height >= 1) return NeverReached{};
    if (height <= 0) return AlwaysReached{};
    if (height == Rational(1, 2)) return RationalCut{0, reaching == Reaching::at_least};
    return TranscendentalCut{InverseKind::logit, height};
}
}  // namespace

Cut cut(const model::Activation& activation, const Rational& height, Reaching reaching) {
    using model::ActivationKind;
    switch (activation.kind) {
        case ActivationKind::identity:
            return cut_purelin(height, reaching);
        case ActivationKind::relu:
            return cut_relu(height, reaching);
        case ActivationKind::leaky_relu:
            return cut_leaky_relu(activation.slope, height, reaching);
        case ActivationKind::clip:
            return cut_clip(activation.lower, activation.upper, height, reaching);
        case ActivationKind::sign:
            return cut_sign(height, reaching);
        case ActivationKind::signum:
            return cut_signum(height, reaching);
        case ActivationKind::hardlim:
            return cut_hardlim(height, reaching);
        case ActivationKind::sigmoid:
            return cut_sigmoid(height, reaching);
        case ActivationKind::tanh:
            return cut_tansig(height, reaching);
        default:
            break;
    }
    require(false, "every activation has its cut");
    return NeverReached{};
}

}  // namespace sinew::neuron
