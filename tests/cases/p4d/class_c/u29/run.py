# 运行: python run.py
import torch
from model import SkipMLP, half_mse
from analytic import analytic_grads

torch.manual_seed(2025)

if __name__ == '__main__':
    for hidden in (3, 8, 32):
        net = SkipMLP(hidden)
        x = torch.randn(1, 1, requires_grad=True)
        y = torch.randn(1, 1)
        half_mse(net(x), y).backward()
        auto = {k: p.grad for k, p in net.named_parameters()}
        auto['x'] = x.grad
        hand = analytic_grads(net, x, y)
        print(f'隐层大小 h = {hidden}')
        for k in hand:
            err = (hand[k] - auto[k]).abs().max().item()
            print(f'  d{k}: 最大误差 {err:.2e}', '通过' if err < 1e-5 else '失败')
