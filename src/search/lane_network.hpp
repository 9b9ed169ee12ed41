// SPDX-License-Identifier: Apache-2.0
// A network evaluated and differentiated at sixteen points at once, in double arithmetic: the engine of the attack.
// Nothing here is rigorous; what it finds is confirmed exactly elsewhere (witness.hpp).
#pragma once

#include "bounds/lane_kernels.hpp"
#include "model/network.hpp"

namespace sinew::search {

/// sign, signum, hardlim: constant but for a jump.
bool is_step(model::ActivationKind kind);

/// Borrows the network, which must outlive it. Values and adjoints are indexed by variable. One pass costs one
/// multiplication per weight, lane and direction.
class LaneNetwork {
  public:
    explicit LaneNetwork(const model::Network& network);

    const model::Network& network() const { return *network_; }
    /// Values of all variables; the caller writes the rows of the inputs, forward() the others.
    bounds::LaneMatrix& values() { return values_; }
    const bounds::LaneMatrix& values() const { return values_; }
    /// Derivatives by variable; the caller clears them and adds the seeds, backward() carries them to the inputs. Those
    /// of other layers than inputs it forgets where the network is large.
    bounds::LaneMatrix& adjoints() { return adjoints_; }
    void clear_adjoints();

    /// Nothing that it holds is of use any longer: the memory of large networks is given back until the next use.
    void rest();
    void forward();
    /// Reverse differentiation. Step functions (sign, hardlim, signum) use the slope of a soft step as wide as a tenth
    /// of the layer's mean pre-activation (a straight-through estimate), maxima the first maximal member. Where a layer
    /// of ReLUs lets no derivative through (all that matter are off) it is passed on as if they were on: that way out
    /// of a plateau is as good as any.
    void backward();

  private:
    bool is_large() const;
    void forward_layer(const model::Layer& layer);
    void backward_layer(const model::Layer& layer);
    void activation_backward(const model::Layer& layer, const model::ActivationLayer& operation);
    double* value(model::LayerId layer) { return values_.row(network_->layer(layer).first.index()); }
    double* adjoint(model::LayerId layer) { return adjoints_.row(network_->layer(layer).first.index()); }

    const model::Network* network_;
    bounds::LaneMatrix values_;
    bounds::LaneMatrix adjoints_;
};

}  // namespace sinew::search
