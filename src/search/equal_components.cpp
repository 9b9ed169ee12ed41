#include "search/equal_components.hpp"

#include <functional>
#include <string>
#include <unordered_map>
#include <utility>

namespace sinew::search {

namespace {
std::size_t weights_of(const model::Network& network) {
    std::size_t sum = 0;
    for (const model::Layer& layer : network.layers())
        if (const auto* affine = std::get_if<model::AffineLayer>(&layer.operation))
            for (const model::AffineTerm& term : affine->terms)
                for (std::size_t r = 0; r < layer.size; ++r)
                    model::for_each_entry(term.map, r, [&](std::size_t, std::size_t) { ++sum; });
    return sum;
}

std::size_t mixed(std::size_t hash, std::size_t value) {
    return (hash ^ value) * 0x9e3779b97f4a7c15ULL + (hash >> 29);
}
std::size_t hash_of(const Rational& value) {
    return mixed(mpz_get_ui(value.get_num_mpz_t()), mpz_get_ui(value.get_den_mpz_t()) + (value < 0 ? 1 : 0));
}
std::size_t hash_of(const LinearForm& form) {
    std::size_t hash = hash_of(form.constant());
    for (const LinearTerm& term : form.terms())
        hash = mixed(mixed(hash, term.variable.index()), hash_of(term.coefficient));
    return hash;
}

class Finder {
  public:
    explicit Finder(const model::Network& network) : network_(network) {
        for (std::size_t v = 0; v < network.variable_count(); ++v) representative_.emplace_back(v);
        for (std::size_t l = 0; l < network.layer_count(); ++l) {
            const model::Layer& layer = network.layers()[l];
            for (std::size_t i = 0; i < layer.size; ++i) {
                const Variable variable(layer.first.index() + i);
                if (std::holds_alternative<model::AffineLayer>(layer.operation))
                    affine(variable, with_representatives(network.affine_form(model::LayerId(l), i), representative_));
                if (const auto* operation = std::get_if<model::ActivationLayer>(&layer.operation))
                    activation(variable, network.variable(operation->source, i), operation->activation);
            }
        }
    }
    std::vector<Variable> take() { return std::move(representative_); }

  private:
    void affine(Variable variable, LinearForm form) {
        if (form.constant() == 0 && form.terms().size() == 1 && form.terms()[0].coefficient == 1) {
            representative_[variable.index()] = form.terms()[0].variable;  // a copy
            return;
        }
        auto& same_hash = forms_[hash_of(form)];
        for (const auto& [known, known_form] : same_hash)
            if (known_form == form) {
                representative_[variable.index()] = known;
                return;
            }
        same_hash.emplace_back(variable, std::move(form));
    }
    void activation(Variable variable, Variable source, const model::Activation& function) {
        const std::size_t of = representative_[source.index()].index();
        const auto [at, made] = activations_.emplace(std::to_string(of) + " " + model::to_string(function), variable);
        if (!made) representative_[variable.index()] = at->second;
    }

    const model::Network& network_;
    std::vector<Variable> representative_;
    std::unordered_map<std::size_t, std::vector<std::pair<Variable, LinearForm>>> forms_;
    std::unordered_map<std::string, Variable> activations_;
};
}  // namespace

LinearForm with_representatives(const LinearForm& form, const std::vector<Variable>& representative) {
    std::vector<LinearTerm> terms;
    for (const LinearTerm& term : form.terms())
        terms.push_back({representative[term.variable.index()], term.coefficient});
    return LinearForm(std::move(terms), form.constant());
}

std::vector<Variable> equal_components(const model::Network& network, std::size_t most_weights) {
    if (weights_of(network) <= most_weights) return Finder(network).take();
    std::vector<Variable> themselves;
    for (std::size_t v = 0; v < network.variable_count(); ++v) themselves.emplace_back(v);
    return themselves;
}

}  // namespace sinew::search
