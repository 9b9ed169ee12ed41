// SPDX-License-Identifier: Apache-2.0
#include "search/equal_components.hpp"

#include <string>
#include <unordered_map>
#include <utility>

namespace sinew::search {

namespace {
/// Entries of all rows; of convolutions those in the padding, too.
std::size_t weights_of(const model::Network& network) {
    std::size_t sum = 0;
    for (const model::Layer& layer : network.layers())
        if (const auto* affine = std::get_if<model::AffineLayer>(&layer.operation))
            for (const model::AffineTerm& term : affine->terms) sum += model::multiplications(term.map);
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
        for (std::size_t v = 0; v < network.variable_count(); ++v) representative_.push_back({Variable(v)});
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
    std::vector<Multiple> take() { return std::move(representative_); }

  private:
    /// Forms are filed by what is left when the constant is dropped and the first coefficient made 1.
    struct Known {
        LinearForm base;
        Variable variable;
        Rational factor;
        Rational constant;
    };

    void affine(Variable variable, LinearForm form) {
        if (form.is_constant()) return;
        const Rational factor = form.terms()[0].coefficient;
        const Rational constant = form.constant();
        if (form.terms().size() == 1) {
            representative_[variable.index()] = {form.terms()[0].variable, factor, constant};
            return;
        }
        form.add_constant(-constant);
        form.scale(1 / factor);
        auto& same_hash = forms_[hash_of(form)];
        for (const Known& known : same_hash)
            if (known.base == form) {
                const Rational ratio = factor / known.factor;
                representative_[variable.index()] = {known.variable, ratio, constant - ratio * known.constant};
                return;
            }
        same_hash.push_back({std::move(form), variable, factor, constant});
    }
    static std::string key(const Multiple& source, const Rational& sign, const model::Activation& function) {
        return std::to_string(source.variable.index()) + " " + Rational(sign * source.factor).get_str() + " " +
               Rational(sign * source.constant).get_str() + " " + model::to_string(function);
    }
    void activation(Variable variable, Variable of, const model::Activation& function) {
        const Multiple& source = representative_[of.index()];
        const auto [same, made] = activations_.emplace(key(source, 1, function), variable);
        if (!made) {
            representative_[variable.index()] = representative_[same->second.index()];
            return;
        }
        if (model::is_piecewise_linear(function) || model::is_curved(function)) return;
        const auto mirrored = activations_.find(key(source, -1, function));
        if (mirrored == activations_.end() || mirrored->second == variable) return;
        const bool tanh = function.kind == model::ActivationKind::tanh;
        representative_[variable.index()] = {mirrored->second, -1, tanh ? 0 : 1};
    }

    const model::Network& network_;
    std::vector<Multiple> representative_;
    std::unordered_map<std::size_t, std::vector<Known>> forms_;
    std::unordered_map<std::string, Variable> activations_;
};
}  // namespace

LinearForm with_representatives(const LinearForm& form, const std::vector<Multiple>& representative) {
    std::vector<LinearTerm> terms;
    Rational constant = form.constant();
    for (const LinearTerm& term : form.terms()) {
        const Multiple& of = representative[term.variable.index()];
        terms.push_back({of.variable, term.coefficient * of.factor});
        constant += term.coefficient * of.constant;
    }
    return LinearForm(std::move(terms), std::move(constant));
}

std::vector<Multiple> equal_components(const model::Network& network, std::size_t most_weights) {
    if (weights_of(network) <= most_weights) return Finder(network).take();
    std::vector<Multiple> themselves;
    for (std::size_t v = 0; v < network.variable_count(); ++v) themselves.push_back({Variable(v)});
    return themselves;
}

}  // namespace sinew::search
