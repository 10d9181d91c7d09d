import numpy as np
import torch

np.random.seed(3)
h = 4
W1 = np.random.randn(h, 1)
b1 = np.random.randn(h)
W2 = np.random.randn(1, h)
b2 = np.random.randn(1)
x = np.array([1.8])
y = np.array([0.5])

# ------------------ forward ------------------
z1 = W1.dot(x) + b1                 # (h,)
a1 = np.where(z1 > 0, z1, 0)        # (h,)
yhat = W2.dot(a1) + b2 + x          # (1,)
e = yhat - y

# ------------------ backward ------------------
db2 = e
dW2 = e * a1
delta1 = (W2.T * e) * (z1 > 0)
dW1 = delta1 * x
db1 = delta1.sum(axis=1)
dx = e + (W1.T.dot(delta1)).sum()

# ------------------ torch ------------------
tW1, tb1, tW2, tb2, tx = [torch.tensor(v, requires_grad=True) for v in (W1, b1, W2, b2, x)]
out = tW2 @ torch.relu(tW1 @ tx + tb1) + tb2 + tx
L = 0.5 * ((out - torch.tensor(y)) ** 2).sum()
L.backward()

print('db2', np.max(np.abs(db2 - tb2.grad.numpy())))
print('dW2', np.max(np.abs(dW2 - tW2.grad.numpy())))
print('dW1', np.max(np.abs(dW1 - tW1.grad.numpy())))
print('db1', np.max(np.abs(db1 - tb1.grad.numpy())))
print('dx ', np.max(np.abs(dx - tx.grad.numpy())))

# db2 and dW2 are ok. For dW1, db1 and dx there is a difference, maybe a shape problem? I did not
# have time to find it, the formulas in part (b) are correct I think.
