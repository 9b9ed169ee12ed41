// SPDX-License-Identifier: Apache-2.0
#include "model/query_digest.hpp"

#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <type_traits>

#include "base/sha256.hpp"

namespace sinew::model {

namespace {
/// Each part of the text ends where it does by what stands before, so that no two queries have the same.
class Digest {
  public:
    void number(std::uint64_t value) { raw(&value, sizeof value); }
    void numbers(std::initializer_list<std::size_t> values) {
        for (const std::size_t value : values) number(value);
    }
    void text(const std::string& value) {
        number(value.size());
        sha_.add(value);
    }
    void rational(const Rational& value) { text(value.get_str(62)); }
    void rational(const std::optional<Rational>& value) {
        number(value ? 1 : 0);
        if (value) rational(*value);
    }
    void array(const NumberArray& values) {
        number(values.size());
        const NearestNumbers nearest = values.nearest();
        double block[1024];
        for (std::size_t i = 0; i < values.size();) {
            std::size_t count = 0;
            for (; count < std::size(block) && i < values.size(); ++i) block[count++] = nearest[i] + 0.0;  // -0 is 0
            raw(block, count * sizeof(double));
        }
        if (values.all_doubles()) return;
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (values.holds_double(i)) continue;
            number(i);
            rational(values.exact(i));
        }
    }
    template <class Index>
    void list(const std::vector<Index>& values) {
        number(values.size());
        for (const Index value : values) number(value);
    }
    void form(const LinearForm& form) {
        rational(form.constant());
        number(form.terms().size());
        for (const LinearTerm& term : form.terms()) {
            number(term.variable.index());
            rational(term.coefficient);
        }
    }
    void map(const LinearMap& map) {
        number(map.index());
        numbers({rows(map), columns(map)});
        const auto* convolution = std::get_if<ConvolutionMap>(&map);
        if (const auto* transposed = std::get_if<TransposedConvolutionMap>(&map))
            convolution = &transposed->convolution;
        if (convolution != nullptr)
            numbers({convolution->in_channels, convolution->in_height, convolution->in_width, convolution->out_channels,
                     convolution->out_height, convolution->out_width, convolution->kernel_height,
                     convolution->kernel_width, convolution->stride_height, convolution->stride_width,
                     convolution->pad_top, convolution->pad_left, convolution->dilation_height,
                     convolution->dilation_width, convolution->groups});
        if (const auto* sparse = std::get_if<SparseMap>(&map)) {
            list(sparse->row_begin);
            list(sparse->column);
        }
        array(weights(map));
    }
    void layer(const Layer& layer) {
        numbers({layer.size, layer.operation.index()});
        if (const auto* affine = std::get_if<AffineLayer>(&layer.operation)) {
            number(affine->terms.size());
            for (const AffineTerm& term : affine->terms) {
                number(term.source.index());
                map(term.map);
            }
            array(affine->bias);
        } else if (const auto* neurons = std::get_if<ActivationLayer>(&layer.operation)) {
            const Activation& activation = neurons->activation;
            numbers({neurons->source.index(), static_cast<std::size_t>(activation.kind)});
            rational(activation.slope);
            rational(activation.lower);
            rational(activation.upper);
        } else if (const auto* pool = std::get_if<MaxPoolLayer>(&layer.operation)) {
            number(pool->source.index());
            list(pool->begin);
            list(pool->member);
        } else if (const auto* product = std::get_if<ProductLayer>(&layer.operation)) {
            number(product->source.index());
            list(product->left);
            list(product->right);
        }
    }
    void formulas(const FormulaStore& formulas) {
        number(formulas.size());
        for (std::size_t i = 0; i < formulas.size(); ++i) {
            const FormulaNode& node = formulas.node(FormulaId(i));
            numbers({static_cast<std::size_t>(node.kind), node.value ? std::size_t{1} : std::size_t{0}});
            if (node.kind == FormulaKind::atom) {
                number(static_cast<std::size_t>(node.atom.relation));
                form(node.atom.form);
            }
            if (node.kind == FormulaKind::boolean) number(node.boolean.index());
            number(node.children.size());
            for (const FormulaId child : node.children) number(child.index());
        }
    }
    std::string end() { return sha_.text(); }

  private:
    void raw(const void* bytes, std::size_t size) { sha_.add({static_cast<const char*>(bytes), size}); }
    Sha256 sha_;
};
}  // namespace

std::string query_digest(const Query& query) {
    Digest digest;
    digest.text("sinew query 1");
    digest.number(query.network.layer_count());
    for (const Layer& layer : query.network.layers()) digest.layer(layer);
    digest.formulas(query.formulas);
    digest.numbers({query.input_condition.index(), query.output_condition.index(), query.boolean_names.size()});
    const std::vector<Domain> domains = input_domains(query);
    digest.number(domains.size());
    for (const Domain& domain : domains) {
        digest.number(static_cast<std::size_t>(domain.kind));
        digest.rational(domain.lower);
        digest.rational(domain.upper);
        digest.number(domain.values.size());
        for (const Rational& value : domain.values) digest.rational(value);
    }
    digest.number(query.objective ? 1 : 0);
    if (query.objective) {
        digest.number(static_cast<std::size_t>(query.objective->sense));
        digest.form(query.objective->form);
    }
    digest.number(query.precision ? 1 : 0);
    if (query.precision) {
        digest.text(query.precision->steps.get_str(62));
        digest.number(static_cast<std::size_t>(query.precision->reading));
    }
    return digest.end();
}

}  // namespace sinew::model
