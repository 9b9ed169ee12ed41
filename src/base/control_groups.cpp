// SPDX-License-Identifier: Apache-2.0
#include "base/control_groups.hpp"

#include <array>
#include <cstdio>
#include <memory>

namespace sinew {

namespace {
using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

File opened(const char* path) {
    return {std::fopen(path, "r"), std::fclose};
}

std::string_view next_line(std::FILE* file, std::array<char, 4096>& text) {
    if (std::fgets(text.data(), static_cast<int>(text.size()), file) == nullptr) return {};
    const std::string_view line(text.data());
    return line.ends_with('\n') ? line : std::string_view();  // what is longer names no group of ours
}
}  // namespace

std::vector<std::string> control_group_folders(std::string_view controller) {
    std::vector<std::string> folders;
    const File groups = opened("/proc/self/cgroup");
    if (!groups) return folders;
    std::array<char, 4096> text{};
    for (std::string_view line = next_line(groups.get(), text); !line.empty(); line = next_line(groups.get(), text)) {
        line.remove_suffix(1);
        // 0::/user.slice/…, or 9:memory:/docker/…, or 4:cpu,cpuacct:/
        const std::size_t first = line.find(':');
        const std::size_t second = first == line.npos ? first : line.find(':', first + 1);
        if (second == line.npos) continue;
        const std::string_view controllers = line.substr(first + 1, second - first - 1);
        std::string root = "/sys/fs/cgroup";
        if (!controllers.empty()) {
            const std::string list = "," + std::string(controllers) + ",";
            if (list.find("," + std::string(controller) + ",") == list.npos) continue;
            root += "/" + std::string(controller);
        }
        std::string group(line.substr(second + 1));
        while (true) {
            folders.push_back(root + group);
            const std::size_t slash = group.rfind('/');
            if (slash == std::string::npos || group.empty()) break;
            group.resize(slash);
        }
    }
    return folders;
}

std::string system_line(const std::string& path) {
    const File file = opened(path.c_str());
    std::array<char, 4096> text{};
    if (!file || std::fgets(text.data(), static_cast<int>(text.size()), file.get()) == nullptr) return {};
    const std::string line(text.data());
    return line.substr(0, line.find('\n'));
}

}  // namespace sinew
