// SPDX-License-Identifier: Apache-2.0
#include "mnist_draws.hpp"

#include <numeric>

#include "base/error.hpp"
#include "base/random.hpp"
#include "read/dataset/dataset.hpp"

namespace sinew::bench {

namespace {
constexpr std::size_t image_size = 784;
constexpr std::size_t classes = 10;

train::Examples examples_of(const Images& images, const std::vector<std::size_t>& rows,
                            const std::vector<std::uint32_t>& pixels) {
    train::Examples examples;
    examples.features = pixels.size();
    examples.classes = classes;
    for (const std::size_t row : rows) {
        examples.labels.push_back(static_cast<std::uint32_t>(images.labels[row]));
        for (const std::uint32_t pixel : pixels) examples.values.push_back(images.pixels[row * image_size + pixel]);
    }
    return examples;
}
}  // namespace

Images read_images(const std::string& folder, const std::string& part) {
    read::DataSet data = read::read_dataset(folder + "/" + part + "-images-idx3-ubyte.gz");
    Images images;
    images.labels = read::read_labels(folder + "/" + part + "-labels-idx1-ubyte.gz");
    if (data.columns != image_size || images.labels.size() != data.rows())
        throw InputError(SourceLocation{folder}, "these are not MNIST's images", "28 by 28 pixels, a label each");
    images.pixels = std::move(std::get<std::vector<std::uint8_t>>(data.numbers));
    return images;
}

Draw draw_of(const Images& training, const Images& test, std::size_t per_class, std::size_t validation,
             std::uint64_t seed) {
    Random random(seed);
    std::vector<std::size_t> order(training.rows());
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
    std::vector<std::size_t> drawn;
    std::vector<std::size_t> others;
    std::vector<std::size_t> counts(classes, 0);
    for (const std::size_t row : order) {
        if (counts[training.labels[row]]++ < per_class)
            drawn.push_back(row);
        else if (others.size() < validation)
            others.push_back(row);
    }
    Draw draw;
    for (std::uint32_t pixel = 0; pixel < image_size; ++pixel)
        for (const std::size_t row : drawn)
            if (training.pixels[row * image_size + pixel] != training.pixels[drawn[0] * image_size + pixel]) {
                draw.pixels.push_back(pixel);
                break;
            }
    draw.training = examples_of(training, drawn, draw.pixels);
    draw.validation = examples_of(training, others, draw.pixels);
    std::vector<std::size_t> all(test.rows());
    std::iota(all.begin(), all.end(), std::size_t{0});
    draw.test = examples_of(test, all, draw.pixels);
    return draw;
}

}  // namespace sinew::bench
