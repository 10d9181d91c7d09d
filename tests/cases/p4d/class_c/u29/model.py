import torch
import torch.nn as nn


class SkipMLP(nn.Module):
    """单隐层网络 + 跳跃连接"""

    def __init__(self, hidden):
        super().__init__()
        self.w1 = nn.Parameter(torch.empty(hidden, 1).normal_())
        self.b1 = nn.Parameter(torch.empty(hidden).normal_())
        self.w2 = nn.Parameter(torch.empty(1, hidden).normal_())
        self.b2 = nn.Parameter(torch.empty(1).normal_())

    def forward(self, x):
        z = nn.functional.linear(x, self.w1, self.b1)
        return nn.functional.linear(torch.relu(z), self.w2, self.b2) + x


def half_mse(pred, target):
    return 0.5 * torch.sum((pred - target) ** 2)
