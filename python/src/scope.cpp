// SPDX-License-Identifier: Apache-2.0
#include "scope.hpp"

namespace sinew::python {

void Scope::set(const std::shared_ptr<const Block>& block, std::vector<Expression> values) {
    known_[block.get()] = {std::move(values), order_.size()};
    order_.push_back(block);
}

void Scope::add(const Owners& owners) {
    for (const std::shared_ptr<const Block>& block : owners) {
        if (known_.contains(block.get())) continue;
        std::vector<Expression> added;
        switch (block->kind) {
            case Block::Kind::reals:
            case Block::Kind::integers:
                added = adding_.variables(*block);
                break;
            case Block::Kind::outputs:
                added = network(*block->application).outputs();
                break;
            case Block::Kind::layer:
                for (std::size_t i = 0; i < block->count; ++i)
                    added.push_back(network(*block->application).at(block->layer, i));
                break;
            case Block::Kind::fixed:
                throw UsageError("'" + block->name_of(block->first) + "' belongs to another model or question");
        }
        set(block, std::move(added));
    }
}

const AddedNetwork& Scope::network(const Application& application) {
    const auto there = networks_.find(&application);
    if (there != networks_.end()) return there->second;
    add(application.owners);
    std::vector<Expression> inputs;
    for (const Expression& input : application.inputs)
        inputs.push_back(known(Term{input, application.owners}, order_.size()));
    return networks_.emplace(&application, adding_.network(application, inputs)).first->second;
}

Expression Scope::of_symbol(const Owners& owners, std::size_t symbol, std::size_t blocks) const {
    const Block* block = owner_of(owners, symbol);
    const auto there = block == nullptr ? known_.end() : known_.find(block);
    if (there == known_.end() || there->second.place >= blocks)
        throw UsageError("the question did not speak of '" +
                         (block == nullptr ? std::to_string(symbol) : block->name_of(symbol)) + "'");
    return there->second.values[symbol - block->first];
}

Expression Scope::known(const Term& term, std::size_t blocks) const {
    return substitute(term.value, [&](std::size_t symbol) { return of_symbol(term.owners, symbol, blocks); });
}
Condition Scope::known(const Truth& truth, std::size_t blocks) const {
    return substitute(truth.value, [&](std::size_t symbol) { return of_symbol(truth.owners, symbol, blocks); });
}

Expression Scope::resolved(const Term& term) {
    add(term.owners);
    return known(term, order_.size());
}
Condition Scope::resolved(const Truth& truth) {
    add(truth.owners);
    return known(truth, order_.size());
}

Adding adding_to(Query& query) {
    Adding adding;
    adding.variables = [&query](const Block& block) {
        if (block.kind == Block::Kind::reals) {
            if (!block.shape.empty()) return query.add_reals(block.name, block.count, block.lower, block.upper);
            return std::vector<Expression>{query.add_real(block.name, block.lower, block.upper)};
        }
        std::vector<Expression> result;
        for (std::size_t i = 0; i < block.count; ++i) {
            const std::string name = !block.shape.empty() ? block.name + "_" + std::to_string(i) : block.name;
            result.push_back(block.values.empty()
                                 ? query.add_integer(name, block.lower->get_num(), block.upper->get_num())
                                 : query.add_integer(name, block.values));
        }
        return result;
    };
    adding.network = [&query](const Application& application, const std::vector<Expression>& inputs) {
        return query.add_network(application.network, inputs);
    };
    return adding;
}

Adding adding_to(Model& model) {
    Adding adding;
    adding.variables = [&model](const Block& block) {
        std::vector<Expression> result;
        for (std::size_t i = 0; i < block.count && block.kind == Block::Kind::reals; ++i)
            result.push_back(model.add_real(block.name_of(block.first + i), block.lower, block.upper));
        if (block.kind == Block::Kind::reals) return result;
        for (std::size_t i = 0; i < block.count; ++i)
            result.push_back(block.values.empty() ? model.add_variable(block.name_of(block.first + i),
                                                                       block.lower->get_num(), block.upper->get_num())
                                                  : model.add_variable(block.name_of(block.first + i), block.values));
        return result;
    };
    adding.network = [&model](const Application& application, const std::vector<Expression>& inputs) {
        return model.add_network(application.network, inputs, application.network.precision());
    };
    return adding;
}

}  // namespace sinew::python
