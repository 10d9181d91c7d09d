"""Entry point: python run_p4d.py"""
import numpy as np
import torch

from minigrad import Affine, HalfSquaredError, ReLU, Residual, Sequential


def manual(W1, b1, W2, b2, x, y):
    first, second = Affine(W1, b1), Affine(W2, b2)
    net, criterion = Residual(Sequential(first, ReLU(), second)), HalfSquaredError()
    loss = criterion.forward(net.forward(x), y)
    dx = net.backward(criterion.backward())
    return loss, {"W1": first.grads["W"], "b1": first.grads["b"], "W2": second.grads["W"], "b2": second.grads["b"], "x": dx}


def automatic(W1, b1, W2, b2, x, y):
    leaves = [torch.tensor(v, requires_grad=True) for v in (W1, b1, W2, b2, x)]
    tW1, tb1, tW2, tb2, tx = leaves
    out = tW2 @ torch.relu(tW1 @ tx + tb1) + tb2 + tx
    loss = 0.5 * ((out - torch.tensor(y)) ** 2).sum()
    loss.backward()
    return loss.item(), {n: t.grad.numpy() for n, t in zip(("W1", "b1", "W2", "b2", "x"), leaves)}


def main():
    rng = np.random.default_rng(7)
    h = 20
    args = [rng.standard_normal(s) for s in ((h, 1), (h, 1), (1, h), (1, 1), (1, 1), (1, 1))]
    (loss_m, gm), (loss_a, ga) = manual(*args), automatic(*args)
    print(f"loss: manual {loss_m:.10f}, torch {loss_a:.10f}")
    for k in gm:
        err = np.max(np.abs(gm[k] - ga[k]))
        print(f"d/d{k:<2} {err:.2e}", "PASS" if err < 1e-10 else "FAIL")


if __name__ == "__main__":
    main()
