// SPDX-License-Identifier: Apache-2.0
#include "threshold/soft_network.hpp"

#include <algorithm>
#include <cmath>

#include "base/instruction_set.hpp"

namespace sinew::threshold {

namespace {
constexpr double largest_sum = 1 << 24;
constexpr Effort products_in_a_tick = 16;

/// Where a kernel's place falls on an image: absent outside of it.
std::optional<std::size_t> place(std::size_t out, std::size_t k, std::size_t stride, std::size_t dilation,
                                 std::size_t pad, std::size_t size) {
    const std::size_t at = out * stride + k * dilation;
    if (at < pad || at - pad >= size) return std::nullopt;
    return at - pad;
}

/// Kernel columns that fall on neighbouring places of an image row: `count` of them from `first` on, from place `at`
/// on.
struct Run {
    std::size_t first = 0;
    std::size_t count = 0;
    std::size_t at = 0;
};

/// The runs of a kernel at each place of an output row, one after the other.
class Runs {
  public:
    Runs(std::size_t out_width, std::size_t kernel, std::size_t stride, std::size_t dilation, std::size_t pad,
         std::size_t in_width) {
        for (std::size_t x = 0; x < out_width; ++x) {
            for (std::size_t k = 0; k < kernel; ++k) {
                const std::optional<std::size_t> at = place(x, k, stride, dilation, pad, in_width);
                if (!at) continue;
                if (runs_.size() > begin_.back() && dilation == 1)
                    ++runs_.back().count;
                else
                    runs_.push_back({k, 1, *at});
            }
            begin_.push_back(runs_.size());
        }
    }
    std::span<const Run> at(std::size_t x) const {
        return std::span<const Run>(runs_).subspan(begin_[x], begin_[x + 1] - begin_[x]);
    }

  private:
    std::vector<Run> runs_;
    std::vector<std::size_t> begin_{0};
};

/// From [channel][place] to [place][channel].
void channels_last(std::span<const float> in, std::size_t channels, std::vector<float>& out) {
    const std::size_t places = in.size() / channels;
    out.resize(in.size());
    for (std::size_t c = 0; c < channels; ++c)
        for (std::size_t p = 0; p < places; ++p) out[p * channels + c] = in[c * places + p];
}

void channels_first(std::span<const float> in, std::size_t channels, std::vector<float>& out) {
    const std::size_t places = in.size() / channels;
    out.resize(in.size());
    for (std::size_t p = 0; p < places; ++p)
        for (std::size_t c = 0; c < channels; ++c) out[c * places + p] = in[p * channels + c];
}

/// HOT: into[0 … count) += factor · row[0 … count)
SINEW_CLONES void add_scaled(float factor, const float* row, std::size_t count, float* into) {
    for (std::size_t i = 0; i < count; ++i) into[i] += factor * row[i];
}

/// HOT: into[0 … rows) += Σ_i in[i] · matrix[i][0 … rows), eight numbers of `in` at a time.
SINEW_CLONES void add_products(const float* in, std::size_t count, const float* matrix, std::size_t rows, float* into) {
    std::size_t i = 0;
    for (; i + 8 <= count; i += 8) {
        const float* m = matrix + i * rows;
        const float* v = in + i;
        for (std::size_t r = 0; r < rows; ++r)
            into[r] += v[0] * m[r] + v[1] * m[rows + r] + v[2] * m[2 * rows + r] + v[3] * m[3 * rows + r] +
                       v[4] * m[4 * rows + r] + v[5] * m[5 * rows + r] + v[6] * m[6 * rows + r] +
                       v[7] * m[7 * rows + r];
    }
    for (; i < count; ++i)
        for (std::size_t r = 0; r < rows; ++r) into[r] += in[i] * matrix[i * rows + r];
}

/// HOT: a scalar product in eight parts.
SINEW_CLONES float product(const float* a, const float* b, std::size_t count) {
    float part[8] = {};
    std::size_t i = 0;
    for (; i + 8 <= count; i += 8)
        for (std::size_t j = 0; j < 8; ++j) part[j] += a[i + j] * b[i + j];
    float sum = 0;
    for (; i < count; ++i) sum += a[i] * b[i];
    for (const float each : part) sum += each;
    return sum;
}
}  // namespace

std::optional<SoftNetwork> SoftNetwork::make(const ThresholdNetwork& network) {
    SoftNetwork soft;
    soft.network_ = &network;
    double largest = 1;
    for (const Digit& digit : network.digits)
        largest = std::max({largest, std::abs(static_cast<double>(digit.base)),
                            std::abs(static_cast<double>(digit.entering(digit.step_count())))});
    const auto take = [&](const model::BinarizedLinear& source, Linear& into) {
        std::optional<Linear> linear = linear_of(source);
        if (!linear) return false;
        double sum = 0;
        const std::size_t each = source.weights.size() / source.channels();
        for (std::size_t c = 0; c < source.channels(); ++c) {
            double own = 0;
            for (std::size_t i = 0; i < each; ++i) own += std::abs(source.weights[c * each + i]);
            sum = std::max(sum, own);
        }
        if (sum * largest >= largest_sum) return false;
        into = std::move(*linear);
        largest = 1;
        return true;
    };
    for (const ThresholdLayer& source : network.layers) {
        Layer layer;
        if (!take(*source.linear, layer.linear)) return std::nullopt;
        soft.layers_.push_back(std::move(layer));
    }
    if (!take(*network.last, soft.last_)) return std::nullopt;
    soft.cost_ = products(soft.last_) / products_in_a_tick + 1;
    for (const Layer& layer : soft.layers_) soft.cost_ += products(layer.linear) / products_in_a_tick;
    return soft;
}

std::optional<SoftNetwork::Linear> SoftNetwork::linear_of(const model::BinarizedLinear& source) {
    Linear linear;
    linear.rows = source.rows();
    linear.columns = source.columns();
    linear.map = std::get_if<model::ConvolutionMap>(&source.geometry);
    if (linear.map == nullptr) {
        linear.weight.assign(source.weights.begin(), source.weights.end());
        return linear;
    }
    const model::ConvolutionMap& map = *linear.map;
    if (map.groups != 1) return std::nullopt;
    linear.weight.resize(source.weights.size());
    linear.turned.resize(source.weights.size());
    const std::size_t area = map.kernel_height * map.kernel_width;
    for (std::size_t o = 0; o < map.out_channels; ++o) {
        for (std::size_t i = 0; i < map.in_channels; ++i) {
            for (std::size_t k = 0; k < area; ++k) {
                const auto weight = static_cast<float>(source.weights[(o * map.in_channels + i) * area + k]);
                linear.weight[(k * map.in_channels + i) * map.out_channels + o] = weight;
                linear.turned[(o * area + k) * map.in_channels + i] = weight;
            }
        }
    }
    return linear;
}

Effort SoftNetwork::products(const Linear& linear) {
    return linear.weight.size() * (linear.map == nullptr ? 1 : linear.map->out_height * linear.map->out_width);
}

void SoftNetwork::apply(const Linear& linear, std::span<const float> in, std::vector<float>& out) {
    if (linear.map == nullptr) {
        out.resize(linear.rows);
        for (std::size_t r = 0; r < linear.rows; ++r)
            out[r] = product(linear.weight.data() + r * linear.columns, in.data(), linear.columns);
        return;
    }
    const model::ConvolutionMap& map = *linear.map;
    std::vector<float> image;
    channels_last(in, map.in_channels, image);
    std::vector<float> sums(linear.rows, 0);
    const std::size_t block = map.in_channels * map.out_channels;
    const Runs runs(map.out_width, map.kernel_width, map.stride_width, map.dilation_width, map.pad_left, map.in_width);
    for (std::size_t y = 0; y < map.out_height; ++y) {
        for (std::size_t ky = 0; ky < map.kernel_height; ++ky) {
            const auto at_y = place(y, ky, map.stride_height, map.dilation_height, map.pad_top, map.in_height);
            if (!at_y) continue;
            for (std::size_t x = 0; x < map.out_width; ++x)
                for (const Run& run : runs.at(x))
                    add_products(image.data() + (*at_y * map.in_width + run.at) * map.in_channels,
                                 run.count * map.in_channels,
                                 linear.weight.data() + (ky * map.kernel_width + run.first) * block, map.out_channels,
                                 sums.data() + (y * map.out_width + x) * map.out_channels);
        }
    }
    channels_first(sums, map.out_channels, out);
}

void SoftNetwork::apply_transposed(const Linear& linear, std::span<const float> in, std::vector<float>& out) {
    if (linear.map == nullptr) {
        out.assign(linear.columns, 0);
        for (std::size_t r = 0; r < linear.rows; ++r)
            if (in[r] != 0) add_scaled(in[r], linear.weight.data() + r * linear.columns, linear.columns, out.data());
        return;
    }
    const model::ConvolutionMap& map = *linear.map;
    std::vector<float> image(linear.columns, 0);
    const std::size_t places = map.out_height * map.out_width;
    const Runs runs(map.out_width, map.kernel_width, map.stride_width, map.dilation_width, map.pad_left, map.in_width);
    for (std::size_t o = 0; o < map.out_channels; ++o) {
        const float* kernel = linear.turned.data() + o * (linear.turned.size() / map.out_channels);
        for (std::size_t p = 0; p < places; ++p) {
            const float factor = in[o * places + p];
            if (factor == 0) continue;
            for (std::size_t ky = 0; ky < map.kernel_height; ++ky) {
                const auto at_y =
                    place(p / map.out_width, ky, map.stride_height, map.dilation_height, map.pad_top, map.in_height);
                if (!at_y) continue;
                for (const Run& run : runs.at(p % map.out_width))
                    add_scaled(factor, kernel + (ky * map.kernel_width + run.first) * map.in_channels,
                               run.count * map.in_channels,
                               image.data() + (*at_y * map.in_width + run.at) * map.in_channels);
            }
        }
    }
    channels_first(image, map.in_channels, out);
}

void SoftNetwork::evaluate(std::span<const float> entering) {
    spend(cost_);
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        const std::span<const float> in = l == 0 ? entering : std::span<const float>(layers_[l - 1].value);
        apply(layers_[l].linear, in, layers_[l].sums);
        settle(l);
    }
    apply(last_, layers_.empty() ? entering : std::span<const float>(layers_.back().value), scores_);
}

/// Bits from sums: of a window the row that is nearest to making it true decides.
void SoftNetwork::settle(std::size_t l) {
    const ThresholdLayer& source = network_->layers[l];
    Layer& layer = layers_[l];
    const std::size_t units = source.units.size();
    layer.distance.resize(units);
    layer.row.resize(units);
    layer.slope.resize(units);
    layer.value.resize(units);
    for (std::size_t u = 0; u < units; ++u) {
        const Unit& unit = source.units[u];
        const float inner = unit.inner_negated ? -1.0F : 1.0F;
        const float middle = static_cast<float>(unit.threshold) - 0.5F;
        float best = 0;
        std::uint32_t row = 0;
        if (source.pool == nullptr) {
            row = static_cast<std::uint32_t>(u);
            best = inner * (layer.sums[u] - middle);
        } else {
            bool first = true;
            for (const std::uint32_t each : source.window(u)) {
                const float own = inner * (layer.sums[each] - middle);
                if (!first && own <= best) continue;
                best = own;
                row = each;
                first = false;
            }
        }
        const float outer = unit.outer_negated ? -1.0F : 1.0F;
        layer.distance[u] = outer * best;
        layer.row[u] = row;
        layer.slope[u] = outer * inner;
        layer.value[u] = outer * best > 0 ? 1.0F : static_cast<float>(source.low);
    }
}

void SoftNetwork::set_widths(double share) {
    for (Layer& layer : layers_) {
        if (layer.distance.empty()) continue;
        std::vector<float> away;
        for (const float distance : layer.distance) away.push_back(std::abs(distance));
        const auto rank = static_cast<std::size_t>(share * static_cast<double>(away.size() - 1));
        std::nth_element(away.begin(), away.begin() + static_cast<std::ptrdiff_t>(rank), away.end());
        layer.width = std::max(1.0F, away[rank]);
    }
}

std::span<const float> SoftNetwork::gradient(std::span<const float> by_score) {
    spend(cost_);
    apply_transposed(last_, by_score, gradient_);
    for (std::size_t l = layers_.size(); l-- > 0;) {
        const Layer& layer = layers_[l];
        by_sum_.assign(layer.linear.rows, 0);
        for (std::size_t u = 0; u < layer.distance.size(); ++u) {
            const float near = 1.0F - std::abs(layer.distance[u]) / layer.width;
            if (near > 0) by_sum_[layer.row[u]] += near * layer.slope[u] * gradient_[u];
        }
        apply_transposed(layer.linear, by_sum_, gradient_);
    }
    return gradient_;
}

}  // namespace sinew::threshold
