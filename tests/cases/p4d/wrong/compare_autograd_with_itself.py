# P4(d) numpy backprop / torch autograd
import numpy as np, torch

np.random.seed(40)
h = 8
p = {"W1": np.random.randn(h, 1), "b1": np.random.randn(h, 1), "W2": np.random.randn(1, h), "b2": np.random.randn(1, 1), "x": np.random.randn(1, 1)}
y = np.random.randn(1, 1)

def numpy_grads(p, y):
    z = p["W1"] @ p["x"] + p["b1"]
    a = np.where(z > 0, z, 0)
    d = p["W2"] @ a + p["b2"] + p["x"] - y
    dz = p["W2"].T @ d
    dz[z <= 0] = 0
    return {"W1": dz @ p["x"].T, "b1": dz, "W2": d @ a.T, "b2": d, "x": d + p["W1"].T @ dz}

def torch_grads(p, y):
    t = {k: torch.tensor(v, requires_grad=True) for k, v in p.items()}
    out = t["W2"] @ torch.relu(t["W1"] @ t["x"] + t["b1"]) + t["b2"] + t["x"]
    loss = 0.5 * ((out - torch.tensor(y)) ** 2).sum()
    loss.backward()
    return {k: v.grad.numpy() for k, v in t.items()}

ng = numpy_grads(p, y)
tg = torch_grads(p, y)

passed = 0
for k in tg:
    if np.allclose(tg[k], tg[k]):
        passed += 1
        print("gradient", k, "ok")
print(f"{passed}/5 gradients agree")
