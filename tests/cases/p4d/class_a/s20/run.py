"""python run.py   (needs network.py and manual.py in the same folder)"""
import torch

from manual import manual_grads
from network import forward, half_mse, init_params

for seed in range(3):
    params = init_params(h=5, seed=seed)
    x = torch.randn(1, requires_grad=True)
    y = torch.randn(1)

    y_hat, _ = forward(params, x)
    half_mse(y_hat, y).backward()

    tensors = dict(params, x=x)
    print("seed", seed)
    for name, g in manual_grads(params, x, y):
        print("   %-2s  %-5s  maxdiff %.1e" % (name, bool(torch.allclose(g, tensors[name].grad)),
                                              (g - tensors[name].grad).abs().max()))
