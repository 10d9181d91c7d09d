import torch, math

def forward_and_loss(p, x, y):
    z = torch.einsum("ij,j->i", p["W1"], x) + p["b1"]
    a = torch.nn.functional.relu(z)
    f = torch.einsum("ij,j->i", p["W2"], a) + p["b2"] + x
    return z, a, f, torch.nn.functional.mse_loss(f, y, reduction="sum") * 0.5

def backprop(p, x, y):
    z, a, f, _ = forward_and_loss(p, x, y)
    e = f - y
    h = z.gt(0).double()
    d = {}
    d["b2"] = e
    d["W2"] = torch.einsum("i,j->ij", e, a)
    hidden = e * h
    d["b1"] = hidden
    d["W1"] = torch.einsum("i,j->ij", hidden, x)
    d["x"] = e + torch.einsum("ij,i->j", p["W1"], hidden)
    return {k: v.detach() for k, v in d.items()}

def test(h):
    p = {"W1": torch.randn(h, 1), "b1": torch.randn(h), "W2": torch.randn(1, h), "b2": torch.randn(1)}
    p = {k: v.double().requires_grad_() for k, v in p.items()}
    x = torch.tensor([math.pi / 4], dtype=torch.double, requires_grad=True)
    y = torch.tensor([-1.5], dtype=torch.double)
    *_, L = forward_and_loss(p, x, y)
    L.backward()
    d = backprop(p, x, y)
    out = {k: torch.dist(d[k], (x if k == "x" else p[k]).grad).item() for k in d}
    return L.item(), out

if __name__ == '__main__':
    torch.manual_seed(8)
    for h in [2, 5, 20]:
        L, out = test(h)
        print(f"h={h} loss={L:.4f}")
        for k, v in out.items():
            print("    ||manual - autograd|| for", k, "=", v)
