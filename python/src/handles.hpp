// SPDX-License-Identifier: Apache-2.0
// What several files of the module bind functions to.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <sinew/sinew.hpp>

#include "terms.hpp"

namespace sinew::python {

/// A network, and its first application: to inputs of its own.
class NetworkHandle {
  public:
    explicit NetworkHandle(Network network) : network_(std::move(network)) {}

    const Network& network() const { return network_; }
    void set_name(std::string name) { name_ = std::move(name); }
    const std::string& name() const { return name_; }

    Terms inputs() const { return terms_of(own_inputs()); }
    Terms outputs() const {
        if (!outputs_) {
            const Terms x = inputs();
            outputs_ = output_block({network_, x.values, x.owners, name_});
        }
        return terms_of(outputs_);
    }
    Terms layer(std::size_t layer) const {
        (void)outputs();
        const LayerInfo told = network_.layer(layer);
        auto& block = layers_[layer];
        if (!block) {
            const auto added =
                new_block(Block::Kind::layer,
                          prefix() + (told.name.empty() ? "layer" + std::to_string(layer) : told.name), told.shape);
            added->application = outputs_->application;
            added->layer = layer;
            block = added;
        }
        return terms_of(block);
    }
    /// Layer and component of each output: found by putting the network into a question.
    const std::vector<std::pair<std::size_t, std::size_t>>& output_places() const {
        if (!places_.empty()) return places_;
        Query query;
        const AddedNetwork added = query.add_network(network_, query.add_reals("x", network_.input_count()));
        std::map<std::size_t, std::pair<std::size_t, std::size_t>> known;  // by variable
        for (std::size_t l = 0; l < network_.layer_count(); ++l)
            for (std::size_t i = 0; i < network_.layer_size(l); ++i)
                known[terms(added.at(l, i)).front().first] = {l, i};
        for (const Expression& output : added.outputs()) places_.push_back(known.at(terms(output).front().first));
        return places_;
    }
    Terms applied(const Terms& inputs, const std::string& name) const {
        if (inputs.values.size() != network_.input_count())
            throw UsageError("a network with " + std::to_string(network_.input_count()) + " inputs is given " +
                             std::to_string(inputs.values.size()));
        return terms_of(output_block({network_, inputs.values, inputs.owners, name}));
    }

  private:
    std::string prefix() const { return name_.empty() ? "" : name_ + "."; }
    std::shared_ptr<const Block> own_inputs() const {
        if (!inputs_) inputs_ = new_block(Block::Kind::reals, prefix() + "x", network_.input_shape());
        return inputs_;
    }
    std::shared_ptr<const Block> output_block(Application application) const {
        const std::string name = application.name.empty() ? "y" : application.name + ".y";
        const auto block = new_block(Block::Kind::outputs, name, application.network.output_shape());
        block->application = std::make_shared<const Application>(std::move(application));
        return block;
    }

    Network network_;
    std::string name_;
    mutable std::shared_ptr<const Block> inputs_;
    mutable std::shared_ptr<const Block> outputs_;
    mutable std::map<std::size_t, std::shared_ptr<const Block>> layers_;
    mutable std::vector<std::pair<std::size_t, std::size_t>> places_;
};

}  // namespace sinew::python
