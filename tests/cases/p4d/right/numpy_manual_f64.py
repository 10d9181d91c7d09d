import numpy as np
import torch

rng = np.random.default_rng(12)
H = 6

# everything lives in numpy (float64), torch gets a float32 copy
W1 = rng.normal(size=(H, 1))
b1 = rng.normal(size=(H, 1))
W2 = rng.normal(size=(1, H))
b2 = rng.normal(size=(1, 1))
x = rng.normal(size=(1, 1))
y = rng.normal(size=(1, 1))

# ---- forward + backward by hand (numpy) ----
z1 = W1.dot(x) + b1
a1 = np.maximum(z1, 0)
yhat = W2.dot(a1) + b2 + x
L = 0.5 * (yhat - y) ** 2

e = yhat - y
dz1 = W2.T.dot(e)
dz1[z1 <= 0] = 0
my = dict(b2=e, W2=e.dot(a1.T), W1=dz1.dot(x.T), b1=dz1, x=e + W1.T.dot(dz1))

# ---- the same thing in torch ----
t = {k: torch.tensor(v, dtype=torch.float32, requires_grad=True)
     for k, v in dict(W1=W1, b1=b1, W2=W2, b2=b2, x=x).items()}
yt = torch.tensor(y, dtype=torch.float32)
out = t['W2'] @ torch.relu(t['W1'] @ t['x'] + t['b1']) + t['b2'] + t['x']
loss = 0.5 * (out - yt) ** 2
loss.backward()
print('loss numpy', L.item(), 'loss torch', loss.item())

for k in ['b2', 'W2', 'W1', 'b1', 'x']:
    print('dL/d' + k)
    print('   numpy ', my[k].ravel())
    print('   torch ', t[k].grad.numpy().ravel())
    print('   allclose:', np.allclose(my[k], t[k].grad.numpy(), rtol=1e-4, atol=1e-5))
