// SPDX-License-Identifier: Apache-2.0
#include "oracle/random_query.hpp"

#include <algorithm>

#include "base/random.hpp"
#include "oracle/random_formula.hpp"
#include "oracle/random_number.hpp"

namespace sinew::oracle {

namespace {
using model::Activation;
using model::ActivationKind;

class Generator {
  public:
    Generator(std::uint64_t seed, std::uint64_t index)
        : random_(Random(seed * 0x2545f4914f6cdd1dULL + index).next() ^ (index * 0x9e3779b97f4a7c15ULL)),
          numbers_(random_) {}

    Drawn run() {
        plain_ = random_.chance(0.6);
        draw_inputs();
        draw_hidden_layers();
        if (!random_.chance(0.1)) add_affine(last_, count(1, 3));
        for (const std::string& style : numbers_.styles_used()) drawn_.features.insert(style);
        const std::vector<Rational> point = draw_point();
        if (random_.chance(0.35)) put_breakpoints_on(point);
        if (random_.chance(0.1)) sketch().booleans = count(1, 3);
        if (sketch().booleans > 0) feature("boolean variables");
        RandomFormula formulas(random_, numbers_, sketch(), evaluate(sketch(), point), drawn_.features);
        sketch().input_condition = formulas.input_condition();
        sketch().output_condition = formulas.output_condition();
        return std::move(drawn_);
    }

  private:
    Sketch& sketch() { return drawn_.sketch; }
    void feature(const char* name) { drawn_.features.insert(name); }
    std::size_t count(std::int64_t low, std::int64_t high) {
        return static_cast<std::size_t>(random_.integer(low, high));
    }

    void add_input(std::size_t size) {
        LayerSketch layer;
        layer.kind = LayerKind::input;
        layer.size = size;
        sketch().layers.push_back(std::move(layer));
        last_ = sketch().layers.size() - 1;
        for (std::size_t i = 0; i < size; ++i) sketch().domains.push_back(draw_domain());
    }

    void draw_inputs() {
        const std::size_t size = count(1, 4);
        if (size >= 2 && random_.chance(0.05)) {
            feature("two input layers");
            add_input(1);
            add_input(size - 1);
        } else {
            add_input(size);
        }
    }

    DomainSketch draw_domain() {
        DomainSketch domain;
        const double kind = random_.uniform();
        if (kind < 0.15) return domain;
        Rational low = numbers_.bound();
        Rational high = low + abs(numbers_.bound());
        if (kind < 0.27) {
            feature("half-bounded input");
            (random_.chance(0.5) ? domain.lower : domain.upper) = low;
        } else if (kind < 0.30) {
            feature("contradictory domain");
            domain.lower = high + 1;
            domain.upper = low;
        } else if (kind < 0.42) {
            feature("integer domain");
            domain.integer = true;
            if (random_.chance(0.3)) {
                domain.values = {-1, 1};
            } else {
                domain.lower = low;
                // With an integer in it: dnn text without one is refused as a mistake.
                const Rational least = -Rational(floor(Rational(-low)));
                domain.upper = std::max(Rational(low + Rational(random_.integer(0, 6))), least);
            }
        } else {
            domain.lower = low;
            domain.upper = high;
        }
        return domain;
    }

    void draw_hidden_layers() {
        const std::size_t layers = random_.chance(0.05) ? 0 : count(1, 3);
        const std::size_t widest = layers == 3 ? 4 : 6;
        for (std::size_t l = 0; l < layers; ++l) {
            if (random_.chance(0.06) && add_convolution()) {
                feature("convolution");
            } else {
                add_affine(last_, count(1, static_cast<std::int64_t>(widest)));
            }
            if (!plain_ && random_.chance(0.15)) {
                add_max_pool();
                if (random_.chance(0.5)) continue;
            }
            if (random_.chance(0.03)) continue;  // two affine layers in a row
            add_activation(draw_activation());
        }
    }

    void add_affine(std::size_t from, std::size_t size) {
        LayerSketch layer;
        layer.kind = LayerKind::affine;
        layer.size = size;
        add_source(layer, from);
        if (from > 0 && random_.chance(plain_ ? 0.05 : 0.25)) {
            feature("skip connection");
            add_source(layer, static_cast<std::size_t>(random_.below(from)));
        }
        const bool biased = random_.chance(0.8);
        for (std::size_t i = 0; i < size; ++i) layer.bias.push_back(biased ? numbers_.weight() : Rational(0));
        sketch().layers.push_back(std::move(layer));
        last_ = sketch().layers.size() - 1;
    }

    void add_source(LayerSketch& layer, std::size_t from) {
        Source source;
        source.layer = from;
        source.storage = random_.chance(0.25) ? Storage::sparse : Storage::dense;
        for (std::size_t r = 0; r < layer.size; ++r) {
            source.weights.emplace_back();
            for (std::size_t c = 0; c < sketch().layers[from].size; ++c)
                source.weights.back().push_back(numbers_.weight());
        }
        layer.sources.push_back(std::move(source));
    }

    bool add_convolution() {
        const std::size_t width = sketch().layers[last_].size;
        model::ConvolutionMap g;
        g.in_channels = width % 2 == 0 && random_.chance(0.5) ? 2 : 1;
        g.groups = g.in_channels == 2 && random_.chance(0.5) ? 2 : 1;
        g.in_height = (width / g.in_channels) % 2 == 0 && random_.chance(0.5) ? 2 : 1;
        g.in_width = width / g.in_channels / g.in_height;
        g.kernel_height = count(1, 2);
        g.kernel_width = count(1, 2);
        g.stride_width = count(1, 2);
        g.dilation_width = count(1, 2);
        g.pad_top = count(0, 1);
        g.pad_left = count(0, 1);
        g.out_channels = g.groups * count(1, 2);
        g.out_height = count(1, 2);
        g.out_width = count(1, 3);
        if (g.rows() > 6) return false;
        LayerSketch layer;
        layer.kind = LayerKind::affine;
        layer.size = g.rows();
        Source source;
        source.layer = last_;
        source.storage = Storage::convolution;
        const std::size_t taps = g.out_channels * (g.in_channels / g.groups) * g.kernel_height * g.kernel_width;
        for (std::size_t k = 0; k < taps; ++k) source.kernel.push_back(numbers_.weight());
        source.weights = convolution_matrix(g, source.kernel);
        source.geometry = std::move(g);
        layer.sources.push_back(std::move(source));
        for (std::size_t i = 0; i < layer.size; ++i) layer.bias.push_back(numbers_.weight());
        sketch().layers.push_back(std::move(layer));
        last_ = sketch().layers.size() - 1;
        return true;
    }

    Activation draw_activation() {
        Activation activation;
        if (plain_ || random_.chance(0.4)) return activation;
        constexpr ActivationKind kinds[] = {ActivationKind::leaky_relu, ActivationKind::clip,
                                            ActivationKind::sign,       ActivationKind::signum,
                                            ActivationKind::hardlim,    ActivationKind::identity};
        activation.kind = kinds[random_.below(std::size(kinds))];
        if (activation.kind == ActivationKind::leaky_relu) {
            const Rational slopes[] = {Rational(1, 100), Rational(1, 3), Rational(1, 2), 0, 1, 2, -1, Rational(-1, 10)};
            activation.slope = slopes[random_.below(std::size(slopes))];
        } else if (activation.kind == ActivationKind::clip) {
            const Rational low = numbers_.bound();
            if (!random_.chance(0.2)) activation.lower = low;
            if (!random_.chance(0.2))
                activation.upper = low + (random_.chance(0.9) ? abs(numbers_.bound()) : Rational(-1));
        }
        return activation;
    }

    void add_activation(const Activation& activation) {
        constexpr const char* names[] = {"identity", "relu", "leaky_relu", "clip", "sign", "signum", "hardlim"};
        feature(names[static_cast<std::size_t>(activation.kind)]);
        LayerSketch layer;
        layer.kind = LayerKind::activation;
        layer.source = last_;
        layer.size = sketch().layers[last_].size;
        layer.activation = activation;
        sketch().layers.push_back(std::move(layer));
        last_ = sketch().layers.size() - 1;
    }

    void add_max_pool() {
        feature("max-pool");
        LayerSketch layer;
        layer.kind = LayerKind::max_pool;
        layer.source = last_;
        const std::size_t width = sketch().layers[last_].size;
        layer.size = count(1, 3);
        for (std::size_t w = 0; w < layer.size; ++w) {
            std::vector<std::size_t> window;
            for (std::size_t i = 0; i < width; ++i)
                if (random_.chance(0.5)) window.push_back(i);
            if (window.empty()) window.push_back(static_cast<std::size_t>(random_.below(width)));
            layer.windows.push_back(std::move(window));
        }
        sketch().layers.push_back(std::move(layer));
        last_ = sketch().layers.size() - 1;
    }

    /// A point of the domains (of their hull, where integers or contradictions leave no choice), often a corner.
    std::vector<Rational> draw_point() {
        std::vector<Rational> point;
        for (const DomainSketch& domain : sketch().domains) {
            const std::int64_t parts = domain.integer ? 1 : random_.integer(1, 4);
            if (!domain.values.empty()) {
                point.push_back(domain.values[random_.below(domain.values.size())]);
            } else if (domain.lower && domain.upper) {
                point.push_back(*domain.lower + (*domain.upper - *domain.lower) * Rational(random_.integer(0, parts)) /
                                                    Rational(parts));
            } else {
                const Rational away = Rational(random_.integer(0, 6)) / Rational(parts);
                point.push_back(domain.lower   ? Rational(*domain.lower + away)
                                : domain.upper ? Rational(*domain.upper - away)
                                               : Rational(away - 3));
            }
        }
        return point;
    }

    /// Shifts some biases so that their component is exactly 0 at the point: a breakpoint of most activations.
    void put_breakpoints_on(const std::vector<Rational>& point) {
        feature("breakpoint hit exactly");
        for (std::size_t l = 0; l < sketch().layers.size(); ++l) {
            LayerSketch& layer = sketch().layers[l];
            if (layer.kind != LayerKind::affine) continue;
            const Values values = evaluate(sketch(), point);
            for (std::size_t i = 0; i < layer.size; ++i)
                if (random_.chance(0.4)) layer.bias[i] -= values[l][i];
        }
    }

    Random random_;
    RandomNumber numbers_;
    Drawn drawn_;
    std::size_t last_ = 0;
    bool plain_ = true;  ///< ReLU only
};
}  // namespace

Drawn draw_query(std::uint64_t seed, std::uint64_t index) {
    return Generator(seed, index).run();
}

}  // namespace sinew::oracle
