#include "neuron/cut.hpp"

#include "base/error.hpp"

namespace sinew::neuron {

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
    }
    require(false, "every activation has its cut");
    return NeverReached{};
}

}  // namespace sinew::neuron
