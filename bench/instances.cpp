// SPDX-License-Identifier: Apache-2.0
#include "instances.hpp"

#include <charconv>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace sinew::bench {

namespace {
std::vector<std::string> fields_of(const std::string& line, char separator) {
    std::vector<std::string> fields{""};
    for (const char c : line) {
        if (c == separator)
            fields.emplace_back();
        else if (c != '\r')
            fields.back() += c;
    }
    return fields;
}
}  // namespace

double seconds_of(const std::string& text) {
    double seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error != std::errc() || end != text.data() + text.size() || !(seconds > 0 && seconds < 1e7))
        throw std::invalid_argument("'" + text + "' is no number of seconds");
    return seconds;
}

std::vector<Instance> read_instances(const std::string& path, const std::string& prefix) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error("no instances at " + path);
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    std::vector<Instance> instances;
    for (std::string line; std::getline(file, line);) {
        if (line.empty() || line.starts_with("onnx,")) continue;
        std::vector<std::string> fields = fields_of(line, ',');
        if (fields.size() < 2) throw std::runtime_error(path + ": not onnx,vnnlib,timeout_s,expected: " + line);
        fields.resize(4);
        Instance instance;
        instance.label = prefix + (fields[1].empty() ? fields[0] : fields[0] + " " + fields[1]);
        instance.expected = fields[3];
        try {
            if (!fields[2].empty()) instance.seconds = seconds_of(fields[2]);
        } catch (const std::invalid_argument& error) {
            throw std::runtime_error(path + ": " + error.what() + ": " + line);
        }
        instance.words.push_back(folder / fields[0]);
        if (!fields[1].empty()) instance.words.push_back(folder / fields[1]);
        instances.push_back(std::move(instance));
    }
    return instances;
}

std::vector<Instance> read_commands(const std::string& path) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error("no commands at " + path);
    std::vector<Instance> instances;
    for (std::string line; std::getline(file, line);) {
        if (line.empty()) continue;
        const std::vector<std::string> fields = fields_of(line, '\t');
        if (fields.size() < 4) throw std::runtime_error(path + ": not label, verdict, command, argument...: " + line);
        instances.push_back({fields[0], fields[1], fields[2], {fields.begin() + 3, fields.end()}, 0});
    }
    return instances;
}

}  // namespace sinew::bench
