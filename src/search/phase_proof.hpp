// SPDX-License-Identifier: Apache-2.0
// What the tree over phases tells a proof: bounds with their lines, cuts, and why parts are excluded. Of ReLU networks.
#pragma once

#include <span>

#include "bounds/tighten_network.hpp"
#include "proof/network_proof.hpp"

namespace sinew::search {

/// Of one search. Safe for several threads.
class PhaseProof {
  public:
    /// All parts lie below a node that is the box. Both arguments must outlive this.
    PhaseProof(proof::NetworkProofWriter& writer, const bounds::RelaxedNetwork& network, std::span<const double> lower,
               std::span<const double> upper);

    /// The part of the box where the atom holds.
    proof::NodeId demand(const proof::AtomName& atom) { return writer_.demand(root_, atom); }
    /// Its lower side; the upper one's number is the next.
    proof::NodeId split(proof::NodeId node, std::uint32_t neuron, double point);
    /// The atom that is demanded of the node excludes it: by slopes of all neurons, or by those of open ones and by
    /// multipliers of splits.
    void close(proof::NodeId node, std::span<const float> slope_of_neuron);
    void close(proof::NodeId node, const bounds::Slopes& slopes, std::span<const bounds::NeuronSplit> splits);
    void close_by_bounds(proof::NodeId node) { writer_.close(node, proof::Closing::bounds); }
    void close_by_rationals(proof::NodeId node) { writer_.close(node, proof::Closing::rationals); }
    /// The box as a whole is excluded.
    void close_root() { writer_.close(root_, proof::Closing::bounds); }

    /// A bound of the box by cases (in preorder), whose lines are lines().
    void fact(std::size_t variable, bool upper, std::span<const proof::ProofCase> cases) {
        writer_.fact(root_, static_cast<std::uint32_t>(variable), upper, cases);
    }
    std::uint32_t variable_of(std::uint32_t neuron) const {
        return static_cast<std::uint32_t>(network_.pre_variable(neuron));
    }
    /// Those of the layers below a variable.
    proof::ProofLines lines_below(std::size_t variable, const bounds::Slopes& slopes,
                                  std::span<const bounds::NeuronSplit> splits) const;

    /// Tells of bounds that hold in a node; of those of the box without one.
    class Listener : public bounds::BoundListener {
      public:
        explicit Listener(PhaseProof& proof) : Listener(proof, proof.root_) {}
        Listener(PhaseProof& proof, proof::NodeId node) : proof_(proof), node_(node) {}
        void proved(std::size_t variable, bool upper, const bounds::Slopes& slopes,
                    std::span<const bounds::NeuronSplit> splits) override;

      private:
        PhaseProof& proof_;
        proof::NodeId node_;
    };

  private:
    proof::ProofLines lines(const bounds::Slopes& slopes, std::span<const bounds::NeuronSplit> splits) const;

    proof::NetworkProofWriter& writer_;
    const bounds::RelaxedNetwork& network_;
    proof::NodeId root_;
};

}  // namespace sinew::search
